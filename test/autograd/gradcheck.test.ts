/** gradcheck must pass what is right, and say what is wrong and by how much. */
import t from 'tap';
import { gradcheck, gradgradcheck } from '../../src/autograd/gradcheck.js';
import { record } from '../../src/autograd/record.js';
import { backendNamed, withBackend } from '../../src/backends/active.js';
import { add, mul } from '../../src/ops/arithmetic.js';
import { tensor } from '../../src/ops/creation.js';
import { sum } from '../../src/ops/sum.js';
import { gt } from '../../src/ops/compare.js';
import { affine, exp, unaryKernel } from '../../src/ops/unary.js';
import type { Tensor } from '../../src/tensor/tensor.js';

const leaf = (data: number[] | number[][]) => tensor(data, { requiresGrad: true });
const onFloat64 = (body: () => void) => withBackend('reference64', body);

/** e^x with a gradient that is wrong by a factor, and a second derivative that is wrong by another. */
function wrongExp(x: Tensor, factor: number, second = 1): Tensor {
  const gradient = (grad: Tensor, x: Tensor): Tensor =>
    record(
      'WrongExpGrad',
      mul(grad, affine(unaryKernel('exp', x.detach()), factor, 0)).detach(),
      [grad, x],
      [grad, x],
      [
        (g, _grad, x) => mul(g, affine(exp(x), factor, 0)),
        (g, grad, x) => mul(mul(g, grad), affine(exp(x), factor * second, 0)),
      ],
    );
  return record('WrongExp', unaryKernel('exp', x), [x], [x], [gradient]);
}

t.test('right gradients', async (t) =>
  onFloat64(() => {
    const [a, b] = [
      leaf([
        [1, -2],
        [0.5, 3],
      ]),
      tensor([2, 5]),
    ];
    const f = (a: Tensor, b: Tensor) => [mul(exp(a), b), sum(mul(a, a))];
    t.equal(gradcheck(f, [a, b]), true, 'several outputs, one input without a gradient');
    t.equal(gradgradcheck(f, [a, b]), true);
    t.equal(
      gradcheck((x) => gt(x, 0), [a]),
      true,
      'an output that requires no gradient is a constant',
    );
    t.equal(a.grad, null, 'nothing is accumulated');
    t.same(
      a.tolist(),
      [
        [1, -2],
        [0.5, 3],
      ],
      'the inputs are not changed',
    );
  }),
);

t.test('a wrong gradient', async (t) =>
  onFloat64(() => {
    const [a, b] = [
      leaf([7]),
      leaf([
        [0, 0],
        [0, 1],
      ]),
    ];
    const run = () => gradcheck((a, b) => [add(a, 0), wrongExp(b, 1.5)], [a, b]);
    t.throws(run, {
      name: 'AutogradError',
      message:
        /^gradcheck: expected the gradient of finite differences for input 1 \(shape \[2,2\]\) and output 1 \(shape \[2,2\]\), but 4 of 16 entries differ; the largest deviation, d output\[1,1\] \/ d input\[1,1\]: expected 2\.718\d+ \(numerical\), got 4\.077\d+ \(analytical\), off by 1\.36$/,
    });
    t.equal(
      gradcheck((b) => wrongExp(b, 1 + 1e-4), [b]),
      true,
      'within rtol',
    );
    t.throws(
      () => gradcheck((b) => wrongExp(b, 1 + 1e-4), [b], { rtol: 1e-5 }),
      /entries differ/,
      'unless it is smaller',
    );
  }),
);

t.test('a wrong second derivative', async (t) =>
  onFloat64(() => {
    const x = leaf([0.5, 1]);
    t.equal(
      gradcheck((x) => wrongExp(x, 1, 2), [x]),
      true,
      'the first is right',
    );
    t.throws(() => gradgradcheck((x) => wrongExp(x, 1, 2), [x]), {
      name: 'AutogradError',
      message: /^gradgradcheck: .* input 0 \(shape \[2\]\) and output 0 \(shape \[2\]\), but 2 of 4 entries differ/,
    });
    t.equal(
      gradgradcheck((x) => wrongExp(x, 1), [x], [tensor([1, -1])]),
      true,
      'with gradients that are given',
    );
  }),
);

t.test('a gradient that is NaN', async (t) =>
  onFloat64(() => t.throws(() => gradcheck((x) => wrongExp(x, NaN), [leaf([1])]), /got NaN \(analytical\)/)),
);

t.test('errors', async (t) => {
  const onFloat32 = tensor([1], { requiresGrad: true, backend: backendNamed('reference') });
  t.throws(() => gradcheck(exp, [onFloat32]), {
    name: 'BackendError',
    message:
      'gradcheck: expected inputs on a float64 backend, since finite differences drown in the rounding of float32, ' +
      "got reference (float32); make them inside withBackend('reference64', () => ...)",
  });
  onFloat64(() =>
    t.throws(() => gradgradcheck(exp, [tensor([1])]), {
      name: 'AutogradError',
      message:
        'gradgradcheck: expected an input that requires a gradient, got 1 without; call requiresGrad_() on what to check',
    }),
  );
});
