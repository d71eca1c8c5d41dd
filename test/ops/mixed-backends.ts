/** Calls with tensors of two backends whose second tensor has no gradient, so that op-cases.ts cannot mix them. */
import { withBackend } from '../../src/backends/active.js';
import { eq, ge, gt, le, lt, ne } from '../../src/ops/compare.js';
import { zeros } from '../../src/ops/creation.js';
import { crossEntropy, nllLoss } from '../../src/ops/cross-entropy.js';
import { gather, indexSelect, scatterAdd } from '../../src/ops/gather.js';
import { scatter } from '../../src/ops/scatter.js';
import { maskedFill, where } from '../../src/ops/where.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { candidate } from '../backends/under-test.js';

const here = (...shape: number[]): Tensor => withBackend('reference', () => zeros(shape));
const there = (...shape: number[]): Tensor => withBackend(candidate(), () => zeros(shape));

export const mixtures: Readonly<Record<string, () => unknown>> = {
  gather: () => gather(here(2, 3), 1, there(2, 1)),
  scatter: () => scatter(here(2, 3), 1, there(2, 3), here(2, 3)),
  scatterAdd: () => scatterAdd(here(2, 3), 1, there(2, 3), here(2, 3)),
  indexSelect: () => indexSelect(here(2, 3), 1, there(2)),
  'crossEntropy, target': () => crossEntropy(here(2, 3), there(2)),
  'crossEntropy, weight': () => crossEntropy(here(2, 3), [0, 1], { weight: there(3) }),
  'nllLoss, target': () => nllLoss(here(2, 3), there(2)),
  'nllLoss, weight': () => nllLoss(here(2, 3), [0, 1], { weight: there(3) }),
  'where, condition': () => where(there(3), here(3), 0),
  'maskedFill, mask': () => maskedFill(here(3), there(3), 0),
  eq: () => eq(here(3), there(3)),
  ne: () => ne(here(3), there(3)),
  lt: () => lt(here(3), there(3)),
  le: () => le(here(3), there(3)),
  gt: () => gt(here(3), there(3)),
  ge: () => ge(here(3), there(3)),
};
