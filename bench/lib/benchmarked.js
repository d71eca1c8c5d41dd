/** Works of microseconds: the package `benchmark` finds out how often to repeat one until the clock is fine enough for it. */
import Benchmark from 'benchmark';

/**
 * @param {() => void} run
 * @param {boolean} quick
 * @returns {number} milliseconds of one call
 */
export function benchmarked(run, quick) {
  const { stats } = new Benchmark(run, { maxTime: quick ? 0.05 : 0.5 }).run();
  return 1000 * stats.mean;
}
