/** Each variant of the wasm backend against the reference backend, with one thread and with several, for random calls of the ops. */
import t from 'tap';
import { setThreads } from '../../src/backends/configure.js';
import { threadsOn, variantCases } from '../backends/thread-helpers.js';
import { agrees } from './agrees.js';

for (const { label, backend, threads } of variantCases()) {
  t.test(`${label}, and reference`, async (t) => {
    if (threads > 1) await threadsOn(backend, threads);
    else setThreads(1);
    agrees(t, 200, backend);
    t.equal(backend.info().threads, threads);
  });
}
