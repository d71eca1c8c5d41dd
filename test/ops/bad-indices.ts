/** Bad calls of ops that pick by index, or put there, each with what it must say. */
import { full, tensor } from '../../src/ops/creation.js';
import { gather, indexSelect, scatterAdd } from '../../src/ops/gather.js';
import { at, narrow, select } from '../../src/ops/narrow.js';
import { oneHot } from '../../src/ops/one-hot.js';
import { scatter } from '../../src/ops/scatter.js';
import { bad, z, type BadCall } from './bad-calls.js';

export const badIndices: readonly BadCall[] = [
  bad('narrow', 'dim', () => narrow(z(2, 3), 2, 0, 1), 'narrow: expected a dimension from -2 to 1, got 2'),
  bad(
    'narrow',
    'index',
    () => narrow(z(2, 3), 1, 2, 2),
    'narrow: expected a range inside dimension 1 of [2,3], got start 2 and length 2',
  ),
  bad('select', 'rank', () => select(z(), 0, 0), 'select: expected an index from 0 to -1 for dimension 0 of [], got 0'),
  bad('select', 'dim', () => select(z(2, 3), 2, 0), 'select: expected a dimension from -2 to 1, got 2'),
  bad(
    'select',
    'index',
    () => select(z(2, 3), 1, 3),
    'select: expected an index from -3 to 2 for dimension 1 of [2,3], got 3',
  ),
  bad(
    'select',
    'index',
    () => select(z(2, 3), 1, 0.5),
    'select: expected an index from -3 to 2 for dimension 1 of [2,3], got 0.5',
  ),
  bad('at', 'rank', () => at(z(2, 3), 0, 0, 0), 'at: expected at most 2 indices for shape [2,3], got 3'),
  bad('at', 'index', () => at(z(2, 3), 0, 3), 'at: expected an index from -3 to 2 for dimension 0 of [3], got 3'),
  bad(
    'gather',
    'rank',
    () => gather(z(2, 3), 1, z(2)),
    'gather: expected an index that is no larger than [2,3] except in dimension 1, got [2]',
  ),
  bad(
    'gather',
    'size',
    () => gather(z(2, 3), 1, z(3, 1)),
    'gather: expected an index that is no larger than [2,3] except in dimension 1, got [3,1]',
  ),
  bad('gather', 'dim', () => gather(z(2, 3), 2, z(2, 3)), 'gather: expected a dimension from -2 to 1, got 2'),
  bad(
    'gather',
    'index',
    () => gather(z(2, 3), 1, full([2, 1], 3)),
    'gather: expected whole indices from 0 to 2 (dimension 1 of [2,3]), got 3',
  ),
  bad(
    'gather',
    'index',
    () => gather(z(2, 3), 1, full([2, 1], 0.5)),
    'gather: expected whole indices from 0 to 2 (dimension 1 of [2,3]), got 0.5',
  ),
  bad(
    'scatter',
    'rank',
    () => scatter(z(2, 3), 1, z(2), z(2, 3)),
    'scatter: expected an index that is no larger than the source [2,3] and, except in dimension 1, than [2,3], got [2]',
  ),
  bad(
    'scatter',
    'size',
    () => scatter(z(2, 3), 1, z(3, 1), 0),
    'scatter: expected an index that is no larger than [2,3] except in dimension 1, got [3,1]',
  ),
  bad('scatter', 'dim', () => scatter(z(2, 3), 2, z(2, 3), 0), 'scatter: expected a dimension from -2 to 1, got 2'),
  bad(
    'scatter',
    'index',
    () => scatter(z(2, 3), 1, full([2, 1], 3), 0),
    'scatter: expected whole indices from 0 to 2 (dimension 1 of [2,3]), got 3',
  ),
  bad(
    'scatter',
    'index',
    () => scatter(z(2, 3), 1, full([2, 1], 0.5), z(2, 3)),
    'scatter: expected whole indices from 0 to 2 (dimension 1 of [2,3]), got 0.5',
  ),
  bad(
    'scatterAdd',
    'rank',
    () => scatterAdd(z(2, 3), 1, z(2), z(2, 3)),
    'scatterAdd: expected an index that is no larger than the source [2,3] and, except in dimension 1, than [2,3], got [2]',
  ),
  bad(
    'scatterAdd',
    'size',
    () => scatterAdd(z(2, 3), 1, z(2, 4), z(2, 3)),
    'scatterAdd: expected an index that is no larger than the source [2,3] and, except in dimension 1, than [2,3], got [2,4]',
  ),
  bad(
    'scatterAdd',
    'dim',
    () => scatterAdd(z(2, 3), 2, z(2, 3), z(2, 3)),
    'scatterAdd: expected a dimension from -2 to 1, got 2',
  ),
  bad(
    'scatterAdd',
    'index',
    () => scatterAdd(z(2, 3), 1, full([2, 1], -1), z(2, 3)),
    'scatterAdd: expected whole indices from 0 to 2 (dimension 1 of [2,3]), got -1',
  ),
  bad(
    'indexSelect',
    'rank',
    () => indexSelect(z(2, 3), 1, z(2, 2)),
    'indexSelect: expected indices of shape [n], got [2,2]',
  ),
  bad(
    'indexSelect',
    'dim',
    () => indexSelect(z(2, 3), 2, [0]),
    'indexSelect: expected a dimension from -2 to 1, got 2',
  ),
  bad(
    'indexSelect',
    'index',
    () => indexSelect(z(2, 3), 1, [0, 3]),
    'indexSelect: expected whole indices from 0 to 2 (dimension 1 of [2,3]), got 3',
  ),
  bad(
    'indexSelect',
    'index',
    () => indexSelect(z(2, 3), 1, tensor([NaN])),
    'indexSelect: expected whole indices from 0 to 2 (dimension 1 of [2,3]), got NaN',
  ),
  bad('oneHot', 'index', () => oneHot([0, 3], 3), 'oneHot: expected whole indices from 0 to 2 (3 classes), got 3'),
  bad(
    'oneHot',
    'index',
    () => oneHot(tensor([0, 1.5]), 3),
    'oneHot: expected whole indices from 0 to 2 (3 classes), got 1.5',
  ),
  bad(
    'oneHot',
    'argument',
    () => oneHot(tensor([0, 1])),
    'oneHot: expected numClasses, which only numbers can do without, got none and a tensor, whose greatest index is not read',
  ),
  bad('oneHot', 'argument', () => oneHot([0, 1], 0), 'oneHot: expected a whole number of classes from 1 on, got 0'),
  bad(
    'narrow',
    'index',
    () => narrow(z(2, 3), 1, 0.5, 1),
    'narrow: expected a range inside dimension 1 of [2,3], got start 0.5 and length 1',
  ),
  bad(
    'narrow',
    'rank',
    () => narrow(z(), 0, 0, 1),
    'narrow: expected a range inside dimension 0 of [], got start 0 and length 1',
  ),
  bad('at', 'index', () => at(z(2, 3), 0.5), 'at: expected an index from -2 to 1 for dimension 0 of [2,3], got 0.5'),
  bad(
    'scatterAdd',
    'index',
    () => scatterAdd(z(2, 3), 1, full([2, 1], 1.5), z(2, 3)),
    'scatterAdd: expected whole indices from 0 to 2 (dimension 1 of [2,3]), got 1.5',
  ),
  bad(
    'indexSelect',
    'index',
    () => indexSelect(z(2, 3), 0, [0.5]),
    'indexSelect: expected whole indices from 0 to 1 (dimension 0 of [2,3]), got 0.5',
  ),
  bad(
    'indexSelect',
    'size',
    () => indexSelect(z(), 0, [0, 0]),
    'indexSelect: expected one index into a scalar, got [2]',
  ),
];
