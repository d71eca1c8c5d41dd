/** The methods in closed form, on activations and gradients small enough to do by hand. */
import t from 'tap';
import {
  eigenCamMap,
  eigenGradCamMap,
  femMap,
  gradCamElementWiseMap,
  gradCamMap,
  gradCamPlusPlusMap,
  hiResCamMap,
  layerCamMap,
  tensor,
  xGradCamMap,
  zeros,
  type Tensor,
} from '../../src/index.js';
import { close } from './helpers.js';

const maps = (values: number[][][][]) => tensor(values);
// one sample, two channels, 2x2
const activation = maps([
  [
    [
      [1, 2],
      [3, 4],
    ],
    [
      [-1, 1],
      [2, 0],
    ],
  ],
]);
const gradient = maps([
  [
    [
      [1, -1],
      [0.5, 0],
    ],
    [
      [-2, 1],
      [1, 3],
    ],
  ],
]);

t.test('known values', async (t) => {
  const known: [string, (a: Tensor, g: Tensor) => Tensor, number[]][] = [
    // w = mean(G) = 1/8, 3/4
    ['Grad-CAM', gradCamMap, [-0.625, 1, 1.875, 0.5]],
    ['HiResCAM', hiResCamMap, [3, -1, 3.5, 0]],
    ['element-wise', gradCamElementWiseMap, [3, 1, 3.5, 0]],
    ['LayerCAM', layerCamMap, [1, 1, 3.5, 0]],
    // w = (1 - 2 + 1.5) / 10, (2 + 1 + 2 + 0) / 2
    ['XGrad-CAM', xGradCamMap, [-2.45, 2.6, 5.15, 0.2]],
    // w = 1/12 + 1/7 * 1/2 = 13/84 (sum of A: 10), 1/4 + 1/4 + 1/8 * 3 = 7/8 (sum of A: 2)
    ['Grad-CAM++', gradCamPlusPlusMap, [13 / 84 - 7 / 8, 26 / 84 + 7 / 8, 39 / 84 + 14 / 8, 52 / 84]],
  ];
  for (const [name, map, wanted] of known) {
    const found = map(activation, gradient);
    t.same(found.shape, [1, 2, 2], name);
    close(t, await found.data(), wanted, 2e-6, name);
  }
});

t.test('FEM weighs a channel by its outliers', async (t) => {
  // mean 1, deviation sqrt(5): only 6 is above 1 + 2 sqrt(5). The second channel has none, the third no differences.
  const found = femMap(maps([[[[0, 0, 6, 0, 0, 0]], [[1, 2, 1, 2, 1, 2]], [[0, 0, 0, 0, 0, 0]]]]));
  close(t, await found.data(), [0, 0, 1, 0, 0, 0], 1e-6);
});

t.test('the first principal component', async (t) => {
  const line = await eigenCamMap(
    maps([
      [
        [
          [1, 2],
          [3, 4],
        ],
        [
          [2, 4],
          [6, 8],
        ],
      ],
    ]),
  );
  close(
    t,
    await line.data(),
    [-1.5, -0.5, 0.5, 1.5].map((x) => x * Math.sqrt(5)),
    1e-5,
    'points on a line',
  );

  // computed with PyTorch's linalg.svd
  const a = maps([[[[1, 4, 2, 0, 3, 5]], [[2, 1, 0, 5, 1, 2]], [[0, 0, 3, 1, 1, 4]]]]);
  const g = maps([[[[1, -1, 2, 0, 1, 1]], [[0, 2, 1, 1, -1, 2]], [[3, 1, -2, 1, 0, 1]]]]);
  close(t, await (await eigenCamMap(a)).data(), [-1.8045, 0.905, 1.285, -3.756, 0.6081, 2.7623], 1e-4);
  const ofProduct = await eigenGradCamMap(a, g);
  close(t, await ofProduct.data(), [-0.5498, 2.1508, -6.3093, 3.1277, -1.7319, 3.3126], 1e-4, 'of G A');
});

t.test('the sign of the component: the map goes up where the sum over the channels does', async (t) => {
  for (const sign of [1, -1]) {
    const found = await eigenCamMap(maps([[[[0, 0, sign * 9, 0]], [[1, 1, 1 + sign, 1]]]]));
    const values = await found.data();
    t.equal(values.indexOf(sign > 0 ? Math.max(...values) : Math.min(...values)), 2, `an outlier of sign ${sign}`);
  }
});

t.test('nothing in, nothing out, and no NaN', async (t) => {
  const [a, g] = [zeros([1, 3, 2, 2]), zeros([1, 3, 2, 2])];
  for (const map of [gradCamMap, hiResCamMap, gradCamElementWiseMap, layerCamMap, xGradCamMap, gradCamPlusPlusMap]) {
    t.same([...(await map(a, g).data())], [0, 0, 0, 0], map.name);
  }
  t.same([...(await femMap(a).data())], [0, 0, 0, 0]);
  t.same([...(await eigenCamMap(a)).dataSync()], [0, 0, 0, 0]);
  t.same([...(await eigenGradCamMap(a, g)).dataSync()], [0, 0, 0, 0]);
});
