/** Every op's gradient and second derivative against finite differences, in float64. */
import t from 'tap';
import { gradcheck, gradgradcheck } from '../../src/autograd/gradcheck.js';
import { withBackend } from '../../src/backends/active.js';
import { tidy } from '../../src/tensor/memory.js';
import { exportedFunctions } from '../golden/exports.js';
import { opCases, withoutGradient } from './op-cases.js';

t.test('every exported op has a row', async (t) => {
  const names = (await exportedFunctions('ops')).map(([, name]) => name);
  const without = names.filter((name) => !Object.hasOwn(opCases, name) && !Object.hasOwn(withoutGradient, name));
  t.same(without, [], 'exported by src/ops, but neither in opCases nor in withoutGradient (test/ops/op-cases.ts)');
  const listed = [...Object.keys(opCases), ...Object.keys(withoutGradient)];
  t.same(
    listed.filter((name) => !names.includes(name)),
    [],
    'listed, but not exported by src/ops',
  );
  t.equal(new Set(listed).size, listed.length, 'no op is on both lists');
});

for (const [name, cases] of Object.entries(opCases)) {
  t.test(name, async (t) => {
    cases.forEach(({ inputs, run }, i) =>
      withBackend('reference64', () =>
        tidy(() => {
          const leaves = inputs().map((input) => input.requiresGrad_());
          t.doesNotThrow(() => gradcheck(run, leaves), `case ${i}: gradient`);
          t.doesNotThrow(() => gradgradcheck(run, leaves), `case ${i}: second derivative`);
        }),
      ),
    );
  });
}
