/** Rows of op-cases.ts for layer, group and instance normalisation. */
import { mul } from '../../src/ops/arithmetic.js';
import { groupNorm, perChannelAffine } from '../../src/ops/group-norm.js';
import { instanceNorm } from '../../src/ops/instance-norm.js';
import { layerNorm } from '../../src/ops/layer-norm.js';
import { standardizeRows } from '../../src/ops/standardize.js';
import { one, positive, spread, type OpCase } from './case-inputs.js';

export const normCases: Readonly<Record<string, readonly OpCase[]>> = {
  standardizeRows: [one([2, 4], (x) => mul(standardizeRows(x, 1e-3), spread(2, 4)))],
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
      inputs: () => [spread(2, 2, 3), spread(2), positive(2), positive(2), spread(2)],
      run: (x, average, spreadOf, weight, bias) =>
        instanceNorm(x, average, spreadOf, weight, bias, { useInputStats: false }),
    },
  ],
};
