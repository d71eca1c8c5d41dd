import t from 'tap';

/** bench/ is plain JavaScript, outside of what the compiler sees. */
interface Statistics {
  quantile(values: readonly number[], share: number): number;
  median(values: readonly number[]): number;
  middleHalf(values: readonly number[]): [number, number];
  pairedRatios(theirs: readonly number[], ours: readonly number[]): number[];
}
interface Rounds {
  roundOrder(round: number, count: number): number[];
  runsPerTurn(ms: number): number;
}
const inBench = (path: string) => new URL(`../../bench/lib/${path}`, import.meta.url).href;
const { quantile, median, middleHalf, pairedRatios } = (await import(inBench('statistics.js'))) as Statistics;
const { roundOrder, runsPerTurn } = (await import(inBench('rounds.js'))) as Rounds;

t.test('medians and quartiles, between neighbours in proportion', async (t) => {
  t.equal(median([5, 1, 3]), 3);
  t.equal(median([4, 1, 3, 2]), 2.5);
  t.equal(median([7]), 7);
  t.strictSame(middleHalf([1, 2, 3, 4, 5]), [2, 4]);
  t.strictSame(middleHalf([4, 3, 2, 1]), [1.75, 3.25]);
  t.equal(quantile([10, 20], 0), 10);
  t.equal(quantile([10, 20], 1), 20);
  const values = [3, 1, 2];
  median(values);
  t.strictSame(values, [3, 1, 2], 'the measurements stay in their order');
  t.throws(() => median([]), { message: /^quantile: expected at least one measurement, got none/ });
});

t.test('ratios are taken within rounds', async (t) => {
  // a machine that is twice as slow in the second round: both sides of the ratio double
  t.strictSame(pairedRatios([30, 60, 33], [20, 40, 22]), [1.5, 1.5, 1.5]);
  t.throws(() => pairedRatios([1, 2], [1]), { message: /expected as many rounds on both sides, got 2 and 1/ });
});

t.test('every contender has every place, and neighbours on both sides', async (t) => {
  for (const count of [1, 2, 5]) {
    const orders = Array.from({ length: 2 * count }, (_, round) => roundOrder(round, count));
    for (const order of orders)
      t.strictSame(
        [...order].sort(),
        Array.from({ length: count }, (_, i) => i),
      );
    for (let place = 0; place < count; place++) {
      const there = orders.map((order) => order[place]).sort((a, b) => a - b);
      t.strictSame(
        there,
        Array.from({ length: 2 * count }, (_, i) => Math.floor(i / 2)),
      );
    }
  }
  t.strictSame(roundOrder(0, 3), [0, 1, 2]);
  t.strictSame(roundOrder(1, 3), [2, 1, 0]);
  t.strictSame(roundOrder(2, 3), [1, 2, 0]);
});

t.test('short works are run more often in a turn', async (t) => {
  t.equal(runsPerTurn(2000), 1);
  t.equal(runsPerTurn(100), 4);
  t.equal(runsPerTurn(0.001), 50);
});
