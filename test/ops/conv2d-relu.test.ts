/** A convolution with its ReLU in one pass gives the bits of the two after each other, whichever kernel computes it. */
import t from 'tap';
import { noGrad } from '../../src/autograd/grad-mode.js';
import { backendNamed, withBackend } from '../../src/backends/active.js';
import { configure } from '../../src/backends/configure.js';
import { AutogradError } from '../../src/errors.js';
import { conv2d, conv2dRelu, type Conv2dOptions } from '../../src/ops/conv2d.js';
import { relu } from '../../src/ops/relu.js';
import { affine } from '../../src/ops/unary.js';
import { tidy } from '../../src/tensor/memory.js';
import type { Shape } from '../../src/tensor/shape.js';
import { candidate } from '../backends/under-test.js';
import { spread } from './case-inputs.js';

const calls: readonly { name: string; x: Shape; w: Shape; options: Conv2dOptions }[] = [
  { name: 'Winograd', x: [2, 8, 13, 18], w: [12, 8, 3, 3], options: { padding: 1 } },
  { name: 'three channels', x: [1, 3, 21, 17], w: [16, 3, 3, 3], options: { padding: 1 } },
  { name: 'strided', x: [2, 5, 17, 15], w: [7, 5, 3, 3], options: { stride: 2, padding: 1 } },
  { name: '1x1', x: [2, 9, 11, 7], w: [6, 9, 1, 1], options: {} },
  { name: 'more channels than a block holds', x: [1, 300, 5, 6], w: [5, 300, 2, 2], options: {} },
  { name: 'depthwise', x: [2, 6, 9, 10], w: [6, 1, 3, 3], options: { groups: 6, padding: 1 } },
  { name: 'grouped and dilated', x: [1, 4, 12, 12], w: [6, 2, 3, 3], options: { groups: 2, dilation: 2 } },
];

for (const backend of [backendNamed('reference'), candidate()]) {
  for (const convolution of backend.name === 'reference' ? (['auto'] as const) : (['auto', 'direct'] as const)) {
    t.test(`${backend.name}, ${convolution}`, (t) => {
      t.teardown(() => configure({ convolution: 'auto' }));
      configure({ convolution });
      for (const { name, x, w, options } of calls) {
        for (const withBias of [true, false]) {
          const run = (op: typeof conv2d) => op(spread(...x), spread(...w), withBias ? spread(w[0]) : null, options);
          const [got, wanted] = withBackend(backend, () =>
            noGrad(() => tidy(() => [run(conv2dRelu).dataSync(), relu(run(conv2d)).dataSync()])),
          );
          t.ok(wanted.includes(0) && wanted.some((value) => value > 0), `${name}: some are cut off, some are not`);
          t.same(got, wanted, `${name}, ${withBias ? 'with' : 'without'} bias`);
        }
      }
      t.end();
    });
  }
}

t.test('NaN stays NaN, as in relu', (t) => {
  const x = spread(1, 4, 9, 9);
  const w = spread(4, 4, 3, 3);
  noGrad(() => {
    const nothing = affine(x, Number.NaN, 0);
    t.ok(conv2dRelu(nothing, w).dataSync().every(Number.isNaN));
    t.ok(conv2dRelu(nothing, w, null, { stride: 2 }).dataSync().every(Number.isNaN));
  });
  t.end();
});

t.test('it refuses to be recorded', (t) => {
  t.throws(() => conv2dRelu(spread(1, 1, 3, 3), spread(1, 1, 3, 3)), AutogradError);
  t.end();
});
