/** Bad calls of products, softmax and losses, each with what it must say. */
import { tensor } from '../../src/ops/creation.js';
import { crossEntropy, nllLoss } from '../../src/ops/cross-entropy.js';
import { linear } from '../../src/ops/linear.js';
import { matmul } from '../../src/ops/matmul.js';
import { binaryCrossEntropy, binaryCrossEntropyWithLogits, klDiv } from '../../src/ops/probability-losses.js';
import { addmm, bmm, dot, mm, mv, outer } from '../../src/ops/products.js';
import { huberLoss, l1Loss, mseLoss, smoothL1Loss } from '../../src/ops/regression-losses.js';
import { logSoftmax, softmax } from '../../src/ops/softmax.js';
import { bad, z, type BadCall } from './bad-calls.js';

export const badProducts: readonly BadCall[] = [
  bad(
    'matmul',
    'rank',
    () => matmul(z(), z(2)),
    'matmul: expected tensors of at least one dimension, got a scalar; use mul()',
  ),
  bad(
    'matmul',
    'size',
    () => matmul(z(2, 3), z(2, 3)),
    'matmul: expected inner sizes that are equal ([..,m,k] x [..,k,n]), got [2,3] x [2,3]',
  ),
  bad(
    'matmul',
    'size',
    () => matmul(z(2, 2, 3), z(3, 3, 2)),
    'matmul: expected shapes that broadcast (equal sizes or 1, aligned at the end), got [2,2,3] and [3,3,2]',
  ),
  bad(
    'mm',
    'rank',
    () => mm(z(2, 3), z(3)),
    'mm: expected tensors of 2 and 2 dimensions, got [2,3] and [3]; matmul() takes all ranks',
  ),
  bad('mm', 'size', () => mm(z(2, 3), z(2, 3)), 'mm: expected inner sizes that are equal, got [2,3] x [2,3]'),
  bad(
    'bmm',
    'rank',
    () => bmm(z(2, 3), z(3, 2)),
    'bmm: expected tensors of 3 and 3 dimensions, got [2,3] and [3,2]; matmul() takes all ranks',
  ),
  bad(
    'bmm',
    'size',
    () => bmm(z(2, 2, 3), z(3, 3, 2)),
    'bmm: expected batches of equal size, got [2,2,3] and [3,3,2]; see matmul()',
  ),
  bad(
    'mv',
    'rank',
    () => mv(z(2), z(2)),
    'mv: expected tensors of 2 and 1 dimensions, got [2] and [2]; matmul() takes all ranks',
  ),
  bad('mv', 'size', () => mv(z(2, 3), z(2)), 'mv: expected inner sizes that are equal, got [2,3] x [2]'),
  bad(
    'dot',
    'rank',
    () => dot(z(2, 2), z(2)),
    'dot: expected tensors of 1 and 1 dimensions, got [2,2] and [2]; matmul() takes all ranks',
  ),
  bad('dot', 'size', () => dot(z(2), z(3)), 'dot: expected vectors of equal length, got [2] and [3]'),
  bad(
    'outer',
    'rank',
    () => outer(z(2, 2), z(2)),
    'outer: expected tensors of 1 and 1 dimensions, got [2,2] and [2]; matmul() takes all ranks',
  ),
  bad(
    'addmm',
    'rank',
    () => addmm(z(2), z(2, 3), z(3)),
    'addmm: expected tensors of 2 and 2 dimensions, got [2,3] and [3]; matmul() takes all ranks',
  ),
  bad(
    'addmm',
    'size',
    () => addmm(z(5), z(2, 3), z(3, 4)),
    'addmm: expected shapes that broadcast (equal sizes or 1, aligned at the end), got [5] and [2,4]',
  ),
  bad('linear', 'rank', () => linear(z(2, 4), z(4)), 'linear: expected a weight of shape [out,in], got [4]'),
  bad(
    'linear',
    'rank',
    () => linear(z(), z(5, 4)),
    'linear: expected an input with 4 features in its last dimension (weight [5,4]), got []',
  ),
  bad(
    'linear',
    'size',
    () => linear(z(2, 4), z(5, 3)),
    'linear: expected an input with 3 features in its last dimension (weight [5,3]), got [2,4]',
  ),
  bad('linear', 'size', () => linear(z(2, 4), z(5, 4), z(4)), 'linear: expected a bias of shape [5], got [4]'),
  bad('softmax', 'dim', () => softmax(z(2, 3), 2), 'softmax: expected a dimension from -2 to 1, got 2'),
  bad('logSoftmax', 'dim', () => logSoftmax(z(2, 3), -3), 'logSoftmax: expected a dimension from -2 to 1, got -3'),
  bad(
    'crossEntropy',
    'rank',
    () => crossEntropy(z(), [1]),
    'crossEntropy: expected an input of shape [C] or [N,C,..], got a scalar',
  ),
  bad(
    'crossEntropy',
    'size',
    () => crossEntropy(z(2, 3), [1]),
    'crossEntropy: expected 2 class numbers (input [2,3]), got 1',
  ),
  bad(
    'crossEntropy',
    'size',
    () => crossEntropy(z(2, 3), z(2, 4)),
    'crossEntropy: expected class numbers of shape [2] for input [2,3], got [2,4]',
  ),
  bad(
    'crossEntropy',
    'size',
    () => crossEntropy(z(2, 3), [1, 2], { weight: z(2) }),
    'crossEntropy: expected a weight of shape [3], one for each class, got [2]',
  ),
  bad('crossEntropy', 'index', () => crossEntropy(z(3), 3), 'crossEntropy: expected class numbers from 0 to 2, got 3'),
  bad(
    'crossEntropy',
    'size',
    () => crossEntropy(z(2, 3), 1),
    'crossEntropy: expected 2 class numbers (input [2,3]), got 1',
  ),
  bad(
    'crossEntropy',
    'index',
    () => crossEntropy(z(2, 3), [1, 3]),
    'crossEntropy: expected class numbers from 0 to 2, got 3',
  ),
  bad(
    'crossEntropy',
    'index',
    () => crossEntropy(z(2, 3), tensor([1, 0.5])),
    'crossEntropy: expected class numbers from 0 to 2, got 0.5',
  ),
  bad(
    'crossEntropy',
    'argument',
    () => crossEntropy(z(2, 3), [1, 2], { labelSmoothing: 2 }),
    'crossEntropy: expected a labelSmoothing from 0 to 1, got 2',
  ),
  bad('nllLoss', 'rank', () => nllLoss(z(), [1]), 'nllLoss: expected an input of shape [C] or [N,C,..], got a scalar'),
  bad('nllLoss', 'size', () => nllLoss(z(2, 3), [1]), 'nllLoss: expected 2 class numbers (input [2,3]), got 1'),
  bad(
    'nllLoss',
    'size',
    () => nllLoss(z(2, 3), [1, 2], { weight: z(2) }),
    'nllLoss: expected a weight of shape [3], one for each class, got [2]',
  ),
  bad('nllLoss', 'index', () => nllLoss(z(3), 0.5), 'nllLoss: expected class numbers from 0 to 2, got 0.5'),
  bad('nllLoss', 'index', () => nllLoss(z(2, 3), [1, -1]), 'nllLoss: expected class numbers from 0 to 2, got -1'),
  bad('nllLoss', 'index', () => nllLoss(z(2, 3), tensor([1, 7])), 'nllLoss: expected class numbers from 0 to 2, got 7'),
  bad(
    'mseLoss',
    'size',
    () => mseLoss(z(2, 3), z(2)),
    'mseLoss: expected shapes that broadcast (equal sizes or 1, aligned at the end), got [2,3] and [2]',
  ),
  bad(
    'l1Loss',
    'size',
    () => l1Loss(z(2, 3), z(2)),
    'l1Loss: expected shapes that broadcast (equal sizes or 1, aligned at the end), got [2,3] and [2]',
  ),
  bad(
    'smoothL1Loss',
    'size',
    () => smoothL1Loss(z(2, 3), z(2)),
    'smoothL1Loss: expected shapes that broadcast (equal sizes or 1, aligned at the end), got [2,3] and [2]',
  ),
  bad(
    'smoothL1Loss',
    'argument',
    () => smoothL1Loss(z(3), z(3), { beta: -1 }),
    'smoothL1Loss: expected a beta of at least 0, got -1',
  ),
  bad(
    'huberLoss',
    'size',
    () => huberLoss(z(2, 3), z(2)),
    'huberLoss: expected shapes that broadcast (equal sizes or 1, aligned at the end), got [2,3] and [2]',
  ),
  bad('huberLoss', 'argument', () => huberLoss(z(3), z(3), { delta: 0 }), 'huberLoss: expected a delta above 0, got 0'),
  bad(
    'binaryCrossEntropy',
    'size',
    () => binaryCrossEntropy(z(2, 3), z(3)),
    "binaryCrossEntropy: expected input and target of the same shape, got [2,3] and [3]; reshape() or expand() one to the other's",
  ),
  bad(
    'binaryCrossEntropy',
    'size',
    () => binaryCrossEntropy(z(2, 3), z(2, 3), { weight: z(2) }),
    'binaryCrossEntropy: expected shapes that broadcast (equal sizes or 1, aligned at the end), got [2] and [2,3]',
  ),
  bad(
    'binaryCrossEntropyWithLogits',
    'size',
    () => binaryCrossEntropyWithLogits(z(2, 3), z(3)),
    "binaryCrossEntropyWithLogits: expected input and target of the same shape, got [2,3] and [3]; reshape() or expand() one to the other's",
  ),
  bad(
    'binaryCrossEntropyWithLogits',
    'size',
    () => binaryCrossEntropyWithLogits(z(2, 3), z(2, 3), { posWeight: z(2) }),
    'binaryCrossEntropyWithLogits: expected shapes that broadcast (equal sizes or 1, aligned at the end), got [2] and [2,3]',
  ),
  bad(
    'klDiv',
    'size',
    () => klDiv(z(2, 3), z(3)),
    "klDiv: expected input and target of the same shape, got [2,3] and [3]; reshape() or expand() one to the other's",
  ),
];
