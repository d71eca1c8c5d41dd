/** wasm where the page's policy forbids workers of a text and nothing was configured: one thread, right results, and the way out. */
import t from 'tap';
import { backendInfo, withBackend } from '../../src/backends/active.js';
import { setThreads } from '../../src/backends/configure.js';
import { closeness, tolerances } from '../../src/testing/browser.js';
import { setWarningHandler } from '../../src/warnings.js';
import { largeResults } from './wasm-large.js';

t.test('a worker that the policy forbids', async (t) => {
  const warnings: string[] = [];
  const before = setWarningHandler((message) => warnings.push(message));
  t.teardown(() => setWarningHandler(before));
  setThreads(2);
  const wanted = withBackend('reference', largeResults);
  for (let round = 0; round < 100 && warnings.length === 0; round++) {
    largeResults().forEach((values, i) => {
      const { close, message } = closeness(values, wanted[i], { tolerance: tolerances.float32 });
      t.ok(close, `round ${round}, result ${i}: ${message}`);
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  t.equal(backendInfo().threads, 1);
  t.match([...warnings, backendInfo().mode].join('\n'), /workerUrl/);
});
