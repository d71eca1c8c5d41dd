/** wasm in a page that is cross-origin isolated: threads come up by themselves, and the bits are those of one thread. */
import t from 'tap';
import { backendInfo, withBackend } from '../../src/backends/active.js';
import { setThreads } from '../../src/backends/configure.js';
import { closeness, tolerances } from '../../src/testing/browser.js';
import { largeResults, sameBits, workUntil } from './wasm-large.js';

t.test('with isolation there are threads', async (t) => {
  t.equal(globalThis.crossOriginIsolated, true);
  setThreads(1);
  const alone = largeResults();
  t.equal(backendInfo().threads, 1);
  setThreads(3);
  t.equal(await workUntil(2), 2, 'both workers compute');
  t.equal(backendInfo().threads, 3);
  t.ok(sameBits(largeResults(), alone), 'the same bits');
  const wanted = withBackend('reference', largeResults);
  alone.forEach((values, i) => {
    const { close, message } = closeness(values, wanted[i], { tolerance: tolerances.float32 });
    t.ok(close, `result ${i}: ${message}`);
  });
  t.notOk(sameBits(alone, [alone[0], alone[0]]), 'other numbers are told apart');
});
