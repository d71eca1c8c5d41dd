/** Layer, group and instance normalisation. Values computed with PyTorch 2.13. */
import t from 'tap';
import { mul } from '../../src/ops/arithmetic.js';
import { ones, tensor, zeros } from '../../src/ops/creation.js';
import { groupNorm } from '../../src/ops/group-norm.js';
import { instanceNorm } from '../../src/ops/instance-norm.js';
import { layerNorm } from '../../src/ops/layer-norm.js';
import { flatten } from '../../src/ops/reshape.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { gradientsOfSum, leaf, near, onEveryBackend } from './values.js';

const batch = [
  [
    [1, 2, 4],
    [0, -1, 3],
  ],
  [
    [2, 2, 5],
    [7, 1, 0],
  ],
];
const rowsNormalized = [
  ...[-1.069041531, -0.2672603829, 1.336301914, -0.3922315914, -0.9805789785, 1.37281057],
  ...[-0.7071050134, -0.7071050134, 1.414210027, 1.401825318, -0.5391635839, -0.8626617342],
];

/** The gradients of sum(y^3), flat; of sum(y) they would be 0. */
function gradientsOfCubes(y: Tensor, ...inputs: Tensor[]): number[][] {
  return gradientsOfSum(mul(y, mul(y, y)), ...inputs).map((gradient) => [gradient].flat(4) as number[]);
}

/** Gradients here are sums of terms up to 1000, so float32 is given its share of that. */
function nearGradients(t: Parameters<typeof near>[0], found: number[][], wanted: number[][], y: Tensor): void {
  const scale = y.backend.dtype === 'float32' ? 1 / 32 : 1;
  const scaled = (rows: number[][]): number[][] => rows.map((row) => row.map((value) => value * scale));
  near(t, scaled(found), scaled(wanted), 'gradients');
}

onEveryBackend(t, 'layerNorm over the last dimension', (t) => {
  const x = leaf(batch);
  const y = layerNorm(x, [3]);
  near(t, layerNorm(x, 3).tolist(), y.tolist(), 'a number for the last dimension');
  near(t, flatten(y).tolist(), rowsNormalized, 'values');
  const wanted = [
    ...[1.325378496, -1.988078788, 0.6627002926, -1.127953298, 0.8459608614, 0.2819924369],
    ...[-5.303234568e-6, -5.303234568e-6, 1.060646914e-5, 0.04960159333, -0.3472050123, 0.2976034189],
  ];
  nearGradients(t, gradientsOfCubes(y, x), [wanted], y);
});

onEveryBackend(t, 'layerNorm over two dimensions, with weight, bias and eps', (t) => {
  const x = leaf(batch);
  const weight = leaf([
    [0.5, 1, 2],
    [1, -1, 1.5],
  ]);
  const bias = leaf([
    [0, 0.1, -0.2],
    [0.3, 0, 1],
  ]);
  const y = layerNorm(x, [2, 3], weight, bias, 0.1);
  const values = [
    ...[-0.1439382925, 0.387876585, 2.67876585, -0.5636297549, 1.439382925, 2.295444632],
    ...[-0.1714582468, -0.2429164935, 1.583165766, 2.014582468, 0.7544162858, -0.7488741171],
  ];
  near(t, flatten(y).tolist(), values, 'values');
  const wanted = [
    [
      ...[-3.424808257, -8.193552527, 6.314046079, 2.116726623, 3.00015163, 0.1874364517],
      ...[-1.153813989, -1.099113991, 2.260147065, -0.7554012069, -0.955825769, 1.704007891],
    ],
    [-0.04813598728, 0.06922669676, 37.69014063, 20.05304773, -10.23455519, 11.68998596],
    [0.1503484873, 0.628370004, 29.04660097, 13.12866306, 7.92290141, 17.48963551],
  ];
  nearGradients(t, gradientsOfCubes(y, x, weight, bias), wanted, y);
});

onEveryBackend(t, 'groupNorm', (t) => {
  const [x, weight, bias] = [leaf(batch), leaf([2, -1]), leaf([0.5, 1])];
  const y = groupNorm(x, 1, weight, bias, 0.01);
  const values = [
    ...[-0.08453883464, 1.084538835, 3.422694173, 1.876808252, 2.461347087, 0.123191748],
    ...[-0.1911194974, -0.1911194974, 2.296910693, -0.7277987436, 1.760231447, 2.174903146],
  ];
  near(t, flatten(y).tolist(), values, 'one group');
  const wanted = [
    [
      ...[-0.7078295796, -4.611690511, 16.34149612, 1.094238666, 4.651471117, -16.76768581],
      ...[0.7828185189, 0.7828185189, 9.581159554, -7.028881291, -1.750160286, -2.367755015],
    ],
    [66.52785458, -56.77857272],
    [54.74117628, 53.86237306],
  ];
  nearGradients(t, gradientsOfCubes(y, x, weight, bias), wanted, y);
  near(t, flatten(groupNorm(tensor(batch), 2)).tolist(), rowsNormalized, 'a group for each channel');
});

onEveryBackend(t, "instanceNorm by the input's own statistics, and running ones", (t) => {
  const [x, weight, bias] = [leaf(batch), leaf([2, -1]), leaf([0.5, 1])];
  const [runningMean, runningVar] = [tensor([1, 2]), tensor([0.5, 4])];
  const y = instanceNorm(x, runningMean, runningVar, weight, bias, { momentum: 0.3, eps: 0.01 });
  const values = [
    ...[-1.631250462, -0.03281261545, 3.164063077, 1.391555164, 1.97888791, -0.3704430743],
    ...[-0.9106912317, -0.9106912317, 3.321382463, -0.4010931132, 1.538881967, 1.862211147],
  ];
  near(t, flatten(y).tolist(), values, 'values');
  near(
    t,
    [runningMean.tolist(), runningVar.tolist()],
    [
      [1.5, 1.9],
      [1.15, 5.6],
    ],
    'running statistics',
  );
  t.notOk(runningMean.requiresGrad || runningVar.requiresGrad, 'they are outside of the graph');
  const wanted = [
    [
      ...[10.38678189, -15.78136919, 5.394587295, 1.118620989, -0.8503584085, -0.2682625803],
      ...[-0.0716029177, -0.0716029177, 0.1432058354, -0.04760732153, 0.3459240881, -0.2983167665],
    ],
    [74.67496545, -25.33270314],
    [76.0909452, 35.95954486],
  ];
  nearGradients(t, gradientsOfCubes(y, x, weight, bias), wanted, y);
});

onEveryBackend(t, 'instanceNorm by running statistics', (t) => {
  const [runningMean, runningVar] = [tensor([1, 2]), tensor([0.5, 4])];
  const options = { useInputStats: false, eps: 0.01 };
  const y = instanceNorm(tensor(batch), runningMean, runningVar, tensor([2, -1]), tensor([0.5, 1]), options);
  const values = [
    ...[0.5, 3.300560168, 8.901680504, 1.998752339, 2.498128508, 0.5006238306],
    ...[3.300560168, 3.300560168, 11.70224067, -1.496880847, 1.499376169, 1.998752339],
  ];
  near(t, flatten(y).tolist(), values, 'values');
  near(
    t,
    [runningMean.tolist(), runningVar.tolist()],
    [
      [1, 2],
      [0.5, 4],
    ],
    'the statistics stay',
  );
});

onEveryBackend(t, 'equal values, a large mean, and nothing', (t) => {
  near(t, layerNorm(tensor([[5, 5, 5]]), [3]).tolist(), [[0, 0, 0]], 'equal values become 0, not NaN');
  near(t, layerNorm(tensor([[7]]), [1]).tolist(), [[0]], 'and so does one alone');
  const far = layerNorm(tensor([1e6 - 1, 1e6, 1e6 + 1]), [3], null, null, 0);
  near(t, far.tolist(), [-1.2247448714, 0, 1.2247448714], 'the variance of large values does not cancel');
  t.same(layerNorm(zeros([0, 3]), [3]).shape, [0, 3], 'no rows');
  t.same(layerNorm(zeros([2, 0]), [0]).tolist(), [[], []], 'empty rows');
  t.same(groupNorm(zeros([0, 4, 3]), 2).shape, [0, 4, 3], 'no samples');
  near(
    t,
    groupNorm(
      tensor([
        [1, 3],
        [5, 5],
      ]),
      1,
      null,
      null,
      0,
    ).tolist(),
    [
      [-1, 1],
      [NaN, NaN],
    ],
    'eps 0',
  );
});

t.test('what is refused', async (t) => {
  const x = ones([2, 4, 3]);
  const refused: [() => unknown, string][] = [
    [() => layerNorm(x, []), 'layerNorm: expected a normalizedShape of at least one size, got []'],
    [() => layerNorm(x, [4]), 'layerNorm: expected an input whose last sizes are [4], got [2,4,3]'],
    [() => layerNorm(x, [1, 2, 4, 3]), 'layerNorm: expected an input whose last sizes are [1,2,4,3], got [2,4,3]'],
    [() => layerNorm(x, [4, 3], ones([3])), 'layerNorm: expected a weight of shape [4,3], got [3]'],
    [() => layerNorm(x, [3], null, ones([4])), 'layerNorm: expected a bias of shape [3], got [4]'],
    [() => groupNorm(ones([4]), 2), 'groupNorm: expected an input of shape [N,C,..], got [4]'],
    [() => groupNorm(x, 3), 'groupNorm: expected a numGroups that divides the 4 channels of input [2,4,3], got 3'],
    [() => groupNorm(x, 0), 'groupNorm: expected a numGroups that divides the 4 channels of input [2,4,3], got 0'],
    [() => groupNorm(x, 2, ones([2])), 'groupNorm: expected a weight of shape [4] for input [2,4,3], got [2]'],
    [() => groupNorm(ones([1, 2]), 2), 'groupNorm: expected more than one value per group, got input [1,2]'],
    [() => instanceNorm(ones([2, 4])), 'instanceNorm: expected more than one value per channel, got input [2,4]'],
    [() => instanceNorm(x, ones([3])), 'instanceNorm: expected a runningMean of shape [4] for input [2,4,3], got [3]'],
    [
      () => instanceNorm(x, null, ones([4]), null, null, { useInputStats: false }),
      'instanceNorm: expected runningMean and runningVar with useInputStats: false, got null',
    ],
  ];
  for (const [run, message] of refused) t.throws(run, { name: 'ShapeError', message }, message);
});
