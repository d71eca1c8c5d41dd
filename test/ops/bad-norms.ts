/** Bad calls of normalisation, each with what it must say. */
import { batchNorm } from '../../src/ops/batch-norm.js';
import { groupNorm } from '../../src/ops/group-norm.js';
import { instanceNorm } from '../../src/ops/instance-norm.js';
import { layerNorm } from '../../src/ops/layer-norm.js';
import { bad, z, type BadCall } from './bad-calls.js';

export const badNorms: readonly BadCall[] = [
  bad(
    'batchNorm',
    'rank',
    () => batchNorm(z(3), z(3), z(3), null, null),
    'batchNorm: expected an input of shape [N,C,..], got [3]',
  ),
  bad(
    'batchNorm',
    'size',
    () => batchNorm(z(2, 3, 4, 4), z(2), z(3), null, null),
    'batchNorm: expected runningMean of shape [3] for input [2,3,4,4], got [2]',
  ),
  bad(
    'batchNorm',
    'size',
    () => batchNorm(z(1, 3), null, null, null, null, { training: true }),
    'batchNorm: expected more than one value per channel in training, got input [1,3]',
  ),
  bad(
    'batchNorm',
    'argument',
    () => batchNorm(z(2, 3, 4, 4), null, null, null, null),
    'batchNorm: expected running statistics in evaluation mode, got none; give them, or { training: true }',
  ),
  bad(
    'layerNorm',
    'size',
    () => layerNorm(z(2, 3), [4]),
    'layerNorm: expected an input whose last sizes are [4], got [2,3]',
  ),
  bad(
    'layerNorm',
    'size',
    () => layerNorm(z(2, 3), 4),
    'layerNorm: expected an input whose last sizes are [4], got [2,3]',
  ),
  bad('layerNorm', 'size', () => layerNorm(z(2, 3), [3], z(2)), 'layerNorm: expected a weight of shape [3], got [2]'),
  bad(
    'layerNorm',
    'rank',
    () => layerNorm(z(3), [2, 3]),
    'layerNorm: expected an input whose last sizes are [2,3], got [3]',
  ),
  bad('groupNorm', 'rank', () => groupNorm(z(4), 2), 'groupNorm: expected an input of shape [N,C,..], got [4]'),
  bad(
    'groupNorm',
    'size',
    () => groupNorm(z(2, 4, 3), 3),
    'groupNorm: expected a numGroups that divides the 4 channels of input [2,4,3], got 3',
  ),
  bad(
    'groupNorm',
    'size',
    () => groupNorm(z(2, 4, 3), 2, z(2)),
    'groupNorm: expected a weight of shape [4] for input [2,4,3], got [2]',
  ),
  bad('instanceNorm', 'rank', () => instanceNorm(z(4)), 'instanceNorm: expected an input of shape [N,C,..], got [4]'),
  bad(
    'instanceNorm',
    'size',
    () => instanceNorm(z(2, 3, 4), z(2), z(3)),
    'instanceNorm: expected a runningMean of shape [3] for input [2,3,4], got [2]',
  ),
];
