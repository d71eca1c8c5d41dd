/** Rows of op-cases.ts for losses between an input and a target of one shape. */
import { mul } from '../../src/ops/arithmetic.js';
import { tensor } from '../../src/ops/creation.js';
import { binaryCrossEntropy, binaryCrossEntropyWithLogits, klDiv } from '../../src/ops/probability-losses.js';
import { huberLoss, l1Loss, mseLoss, smoothL1Loss, type LossOptions } from '../../src/ops/regression-losses.js';
import { affine } from '../../src/ops/unary.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { positive, spread, two, type OpCase } from './case-inputs.js';

type Loss = (input: Tensor, target: Tensor, options?: LossOptions) => Tensor;

const reductions = ['mean', 'sum', 'none'] as const;

/** Differences between -4 and 4, never 0 and never a whole number. */
const pair = (run: Loss): OpCase[] =>
  reductions.map((reduction) => two([2, 3], [2, 3], (a, b) => run(mul(a, 1.7), b, { reduction })));

/** Two tensors of probabilities between 0.1 and 0.9. */
const probabilities = (run: Loss): OpCase[] =>
  reductions.map((reduction) => ({
    inputs: () => [affine(spread(2, 3), 0.2, 0.5).detach(), affine(spread(2, 3), -0.2, 0.5).detach()],
    run: (input, target) => run(input, target, { reduction }),
  }));

export const lossCases: Readonly<Record<string, readonly OpCase[]>> = {
  mseLoss: pair(mseLoss),
  l1Loss: pair(l1Loss),
  smoothL1Loss: [
    ...pair(smoothL1Loss),
    ...pair((a, b, options) => smoothL1Loss(a, b, { ...options, beta: 0.4 })),
    ...pair((a, b, options) => smoothL1Loss(a, b, { ...options, beta: 0 })),
  ],
  huberLoss: [...pair(huberLoss), ...pair((a, b, options) => huberLoss(a, b, { ...options, delta: 0.4 }))],
  binaryCrossEntropy: [
    ...probabilities(binaryCrossEntropy),
    {
      inputs: () => [affine(spread(2, 3), 0.2, 0.5).detach(), affine(spread(2, 3), -0.2, 0.5).detach(), positive(3)],
      run: (input, target, weight) => binaryCrossEntropy(input, target, { weight }),
    },
  ],
  binaryCrossEntropyWithLogits: [
    ...pair(binaryCrossEntropyWithLogits),
    ...pair((a, b, options) => binaryCrossEntropyWithLogits(a, b, { ...options, posWeight: tensor([0.5, 2, 3]) })),
    {
      inputs: () => [spread(2, 3), affine(spread(2, 3), -0.2, 0.5).detach(), positive(2, 1)],
      run: (input, target, weight) =>
        binaryCrossEntropyWithLogits(input, target, { weight, posWeight: tensor(3), reduction: 'sum' }),
    },
  ],
  klDiv: [
    ...probabilities(klDiv),
    ...probabilities((a, b, options) => klDiv(a, b, { ...options, logTarget: true })),
    two([2, 3], [2, 3], (a, b) => klDiv(a, b, { logTarget: true, reduction: 'batchmean' })),
  ],
};
