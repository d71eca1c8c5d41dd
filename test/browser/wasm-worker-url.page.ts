/** wasm in a page whose content security policy forbids workers that are made of a text: they come from dist/worker.js. */
import t from 'tap';
import { backendInfo } from '../../src/backends/active.js';
import { configure, setThreads } from '../../src/backends/configure.js';
import { largeResults, sameBits, workUntil } from './wasm-large.js';

t.test('workerUrl', async (t) => {
  configure({ workerUrl: new URL('/dist/worker.js', location.href) });
  setThreads(1);
  const alone = largeResults();
  setThreads(2);
  t.equal(await workUntil(1), 1, backendInfo().mode);
  t.ok(sameBits(largeResults(), alone), 'the same bits');
});
