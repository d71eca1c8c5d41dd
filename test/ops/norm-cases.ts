/** Rows of op-cases.ts for layer, group and instance normalisation. */
import { mul } from '../../src/ops/arithmetic.js';
import { groupNorm, perChannelAffine } from '../../src/ops/group-norm.js';
import { instanceNorm } from '../../src/ops/instance-norm.js';
import { layerNorm } from '../../src/ops/layer-norm.js';
import { channelMoments, standardize, standardizeRows } from '../../src/ops/standardize.js';
import { one, positive, spread, type OpCase } from './case-inputs.js';

export const normCases: Readonly<Record<string, readonly OpCase[]>> = {
  standardizeRows: [one([2, 4], (x) => mul(standardizeRows(x, 1e-3), spread(2, 4)))],
  standardize: [
    {
      inputs: () => [spread(2, 3, 2), positive(3), spread(3)],
      run: (x, weight, bias) => {
        const dims = { outer: 2, axis: 3, inner: 2 };
        const options = { dims, eps: 1e-3, own: true };
        return mul(standardize('test', x, channelMoments(x, dims), weight, bias, options), spread(2, 3, 2));
      },
    },
    {
      inputs: () => [spread(2, 3, 2), positive(3), spread(3)],
      run: (x, weight, bias) => {
        const options = { dims: { outer: 2, axis: 3, inner: 2 }, eps: 0.1, own: false };
        return standardize('test', x, { mean: spread(3), variance: positive(3) }, weight, bias, options);
      },
    },
  ],
  perChannelAffine: [
    {
      inputs: () => [spread(2, 3, 2), spread(3), positive(3)],
      run: (x, weight, bias) => perChannelAffine('test', x, weight, bias),
    },
  ],
  layerNorm: [
    one([2, 4], (x) => layerNorm(x, [4])),
    one([2, 2, 3], (x) => layerNorm(x, [2, 3], null, null, 0.1)),
    {
      inputs: () => [spread(2, 2, 3), positive(2, 3), spread(2, 3)],
      run: (x, weight, bias) => layerNorm(x, [2, 3], weight, bias),
    },
  ],
  groupNorm: [
    one([2, 4, 2], (x) => groupNorm(x, 2)),
    {
      inputs: () => [spread(2, 4, 1, 2), positive(4), spread(4)],
      run: (x, weight, bias) => groupNorm(x, 2, weight, bias, 0.01),
    },
    one([3, 4], (x) => groupNorm(x, 1)),
  ],
  instanceNorm: [
    one([2, 2, 3], (x) => instanceNorm(x)),
    {
      inputs: () => [spread(2, 2, 2, 2), positive(2), spread(2)],
      run: (x, weight, bias) => instanceNorm(x, null, null, weight, bias, { eps: 0.01 }),
    },
    {
      inputs: () => [spread(2, 2, 3), positive(2), spread(2)],
      run: (x, weight, bias) => instanceNorm(x, spread(2), positive(2), weight, bias, { useInputStats: false }),
    },
  ],
};
