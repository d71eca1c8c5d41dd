/** examples/testing as its readers run it: against the built package, by its name. Needs `npm run build`; skips without. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';

const root = fileURLToPath(new URL('../../', import.meta.url));
const options = existsSync(new URL('../../dist/testing/index.js', import.meta.url))
  ? {}
  : { skip: 'dist/ is not built' };

/** Runs node apart from this test's own runner. */
function node(...argv: string[]) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(_?TAP|NODE_)/.test(name)));
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { cwd: root, env, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

t.test('with tap', options, async (t) => {
  const { status, output } = node('examples/testing/tap/log-cosh.test.js');
  t.equal(status, 0, status === 0 ? 'it succeeds' : output);
  t.match(output, /^ok 3 - golden values: the gradient of the sum is tanh/m, 'to its end');
});

t.test("with Node's own runner", options, async (t) => {
  const { status, output } = node('--test', '--test-reporter=tap', 'examples/testing/node-test/log-cosh.test.js');
  t.equal(status, 0, status === 0 ? 'it succeeds' : output);
  t.match(output, /^# pass 3$/m, 'all three tests');
});
