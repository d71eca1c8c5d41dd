/** wasm in a page that is not cross-origin isolated: one thread, right results, and why. */
import t from 'tap';
import { backendInfo, withBackend } from '../../src/backends/active.js';
import { setThreads } from '../../src/backends/configure.js';
import { closeness, tolerances } from '../../src/testing/browser.js';
import { largeResults } from './wasm-large.js';

t.test('without isolation there is one thread', async (t) => {
  t.equal(globalThis.crossOriginIsolated, false);
  setThreads(2);
  const found = largeResults();
  await new Promise((resolve) => setTimeout(resolve, 500));
  const wanted = withBackend('reference', largeResults);
  [...found, ...largeResults()].forEach((values, i) => {
    const { close, message } = closeness(values, wanted[i % 2], { tolerance: tolerances.float32 });
    t.ok(close, `result ${i}: ${message}`);
  });
  const { threads, mode } = backendInfo();
  t.equal(threads, 1);
  t.match(mode, /simd.*one thread: the page is not cross-origin isolated/);
});
