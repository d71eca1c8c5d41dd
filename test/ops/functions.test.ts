/** Functions of one number that are made of others: values and slopes, the ends included. From PyTorch 2.13 in float64. */
import t from 'tap';
import { tensor } from '../../src/ops/creation.js';
import { acosh, asinh, atanh, cosh, sinh } from '../../src/ops/hyperbolic.js';
import { acos, asin, atan } from '../../src/ops/inverse-trigonometry.js';
import { log10, log2, square } from '../../src/ops/logarithms.js';
import { tan } from '../../src/ops/trigonometry.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { slack } from '../backends/under-test.js';
import { gradientsOfSum, onEveryBackend } from './values.js';

/** Points are rounded to float32 on every backend, and what belongs to them is not. */
const cases: [run: (x: Tensor) => Tensor, points: number[], values: number[], slopes: number[]][] = [
  [
    tan,
    [-1.5, -0.3, 0, 1, 3],
    [-14.1014199472, -0.309336262671, 0, 1.55740772465, -0.142546543074],
    [199.850044526, 1.0956889234, 1, 3.42551882081, 1.02031951694],
  ],
  [
    asin,
    [-1, -0.7, 0.0001, 0.9999, 1.5],
    [-1.57079632679, -0.775397479918, 9.99999976405e-5, 1.55665289997, NaN],
    [Infinity, 1.40028006112, 1.000000005, 70.7065799873, NaN],
  ],
  [
    acos,
    [-1, -0.7, 0, 0.9999, 1.5],
    [3.14159265359, 2.34619380671, 1.57079632679, 0.0141434268264, NaN],
    [-Infinity, -1.40028006112, -1, -70.7065799873, NaN],
  ],
  [
    atan,
    [-Infinity, -3, -0.7, 0.0001, 20000000000],
    [-1.57079632679, -1.2490457724, -0.610725956389, 9.99999971405e-5, 1.57079632674],
    [0, 0.1, 0.671140947115, 0.99999999, 2.5e-21],
  ],
  [
    sinh,
    [-Infinity, -88, -0.9, 0.0001, 5],
    [-Infinity, -8.25818127497e37, -1.02651669154, 9.99999976405e-5, 74.2032105778],
    [Infinity, 8.25818127497e37, 1.43308636097, 1.000000005, 74.2099485248],
  ],
  [
    cosh,
    [-Infinity, -5, 0, 0.0001, 1.5],
    [Infinity, 74.2099485248, 1, 1.000000005, 2.35240961524],
    [-Infinity, -74.2032105778, 0, 9.99999976405e-5, 2.12927945509],
  ],
  [
    asinh,
    [-20000000000, -3, 0.0001, 0.5, Infinity],
    [-24.4121452911, -1.81844645923, 9.99999973071e-5, 0.48121182506, Infinity],
    [5e-11, 0.316227766017, 0.999999995, 0.894427191, 0],
  ],
  [
    acosh,
    [1, 1.0001, 3, 20000000000, 0.5],
    [0, 0.0141431910655, 1.76274717404, 24.4121452911, NaN],
    [Infinity, 70.7030441601, 0.353553390593, 5e-11, NaN],
  ],
  [
    atanh,
    [-1, -0.7, 0.0001, 0.9999, 2],
    [-Infinity, -0.86730050432, 9.99999978071e-5, 4.95163580871, NaN],
    [Infinity, 1.96078424956, 1.00000001, 4999.4204535, -0.333333333333],
  ],
  [
    log2,
    [0, 0.3, 1, 10, -1],
    [-Infinity, -1.73696553684, 0, 3.32192809489, NaN],
    [Infinity, 4.80898327854, 1.44269504089, 0.144269504089, -1.44269504089],
  ],
  [
    log10,
    [0, 0.3, 1, 1e-20, -1],
    [-Infinity, -0.522878728023, 0, -20.0000000138, NaN],
    [Infinity, 1.44764821549, 0.434294481903, 4.34294495685e19, -0.434294481903],
  ],
  [
    square,
    [-3, 0, 0.5, 1e-10, Infinity],
    [9, 0, 0.25, 1.0000000267e-20, Infinity],
    [-6, 0, 1, 2.0000000267e-10, Infinity],
  ],
];

/** The places where a value is off by more than a millionth of itself; NaN and infinities must be the same. */
function wrong(found: number[], expected: number[]): number[][] {
  return expected.flatMap((b, i) => {
    const a = found[i];
    const good = Object.is(a, b) || a === b || Math.abs(a - b) <= Math.max(1e-6 * Math.abs(b), slack(b, Math.abs(b)));
    return good ? [] : [[i, a, b]];
  });
}

for (const [run, points, values, slopes] of cases) {
  onEveryBackend(t, run.name, (t) => {
    const x = tensor(Float32Array.from(points), { requiresGrad: true });
    const y = run(x);
    t.same(wrong([...y.hostData()], values), [], 'values');
    t.same(
      wrong(
        [gradientsOfSum(y, x)].flat(2).filter((n) => typeof n === 'number'),
        slopes,
      ),
      [],
      'slopes',
    );
    t.ok(Number.isNaN(run(tensor(NaN)).item()), 'NaN stays');
  });
}
