/** Bad calls of elementwise ops and reductions, each with what it must say. */
import { amax, amin } from '../../src/ops/amax.js';
import { all, any } from '../../src/ops/any.js';
import { add, div, mul, sub } from '../../src/ops/arithmetic.js';
import { clamp } from '../../src/ops/clamp.js';
import { eq, ge, gt, le, lt, ne } from '../../src/ops/compare.js';
import { cumprod, cumsum, prod } from '../../src/ops/cumsum.js';
import { dropout } from '../../src/ops/dropout.js';
import { logsumexp } from '../../src/ops/logsumexp.js';
import { maximum, minimum } from '../../src/ops/maximum.js';
import { norm } from '../../src/ops/norm.js';
import { pow } from '../../src/ops/power.js';
import { prelu } from '../../src/ops/rectifiers.js';
import { round } from '../../src/ops/rounding.js';
import { mean, sum } from '../../src/ops/sum.js';
import { std, variance } from '../../src/ops/variance.js';
import { maskedFill, where } from '../../src/ops/where.js';
import { bad, z, type BadCall } from './bad-calls.js';

export const badValues: readonly BadCall[] = [
  bad(
    'add',
    'size',
    () => add(z(2, 3), z(2)),
    'add: expected shapes that broadcast (equal sizes or 1, aligned at the end), got [2,3] and [2]',
  ),
  bad(
    'sub',
    'size',
    () => sub(z(2, 3), z(2)),
    'sub: expected shapes that broadcast (equal sizes or 1, aligned at the end), got [2,3] and [2]',
  ),
  bad(
    'mul',
    'size',
    () => mul(z(2, 3), z(2)),
    'mul: expected shapes that broadcast (equal sizes or 1, aligned at the end), got [2,3] and [2]',
  ),
  bad(
    'div',
    'size',
    () => div(z(2, 3), z(2)),
    'div: expected shapes that broadcast (equal sizes or 1, aligned at the end), got [2,3] and [2]',
  ),
  bad(
    'maximum',
    'size',
    () => maximum(z(2, 3), z(2)),
    'maximum: expected shapes that broadcast (equal sizes or 1, aligned at the end), got [2,3] and [2]',
  ),
  bad(
    'minimum',
    'size',
    () => minimum(z(2, 3), z(2)),
    'minimum: expected shapes that broadcast (equal sizes or 1, aligned at the end), got [2,3] and [2]',
  ),
  bad(
    'pow',
    'size',
    () => pow(z(2, 3), z(2)),
    'pow: expected shapes that broadcast (equal sizes or 1, aligned at the end), got [2,3] and [2]',
  ),
  bad(
    'clamp',
    'size',
    () => clamp(z(2, 3), z(2)),
    'clamp: expected shapes that broadcast (equal sizes or 1, aligned at the end), got [2,3] and [2]',
  ),
  bad(
    'clamp',
    'argument',
    () => clamp(z(2), null, undefined),
    'clamp: expected a minimum, a maximum or both, got neither',
  ),
  bad(
    'where',
    'size',
    () => where(z(2, 3), z(2), 0),
    'where: expected shapes that broadcast (equal sizes or 1, aligned at the end), got [2,3] and [2]',
  ),
  bad(
    'where',
    'size',
    () => where(z(2), z(2, 3), z(3, 1, 4)),
    'where: expected shapes that broadcast (equal sizes or 1, aligned at the end), got [2,3] and [3,1,4]',
  ),
  bad(
    'maskedFill',
    'size',
    () => maskedFill(z(2, 3), z(2), 0),
    'maskedFill: expected shapes that broadcast (equal sizes or 1, aligned at the end), got [2] and [2,3]',
  ),
  bad(
    'eq',
    'size',
    () => eq(z(2, 3), z(2)),
    'eq: expected shapes that broadcast (equal sizes or 1, aligned at the end), got [2,3] and [2]',
  ),
  bad(
    'ne',
    'size',
    () => ne(z(2, 3), z(2)),
    'ne: expected shapes that broadcast (equal sizes or 1, aligned at the end), got [2,3] and [2]',
  ),
  bad(
    'lt',
    'size',
    () => lt(z(2, 3), z(2)),
    'lt: expected shapes that broadcast (equal sizes or 1, aligned at the end), got [2,3] and [2]',
  ),
  bad(
    'le',
    'size',
    () => le(z(2, 3), z(2)),
    'le: expected shapes that broadcast (equal sizes or 1, aligned at the end), got [2,3] and [2]',
  ),
  bad(
    'gt',
    'size',
    () => gt(z(2, 3), z(2)),
    'gt: expected shapes that broadcast (equal sizes or 1, aligned at the end), got [2,3] and [2]',
  ),
  bad(
    'ge',
    'size',
    () => ge(z(2, 3), z(2)),
    'ge: expected shapes that broadcast (equal sizes or 1, aligned at the end), got [2,3] and [2]',
  ),
  bad('round', 'argument', () => round(z(2), 0.5), 'round: expected a whole number of decimals, got 0.5'),
  bad('sum', 'dim', () => sum(z(2, 3), 2), 'sum: expected a dimension from -2 to 1, got 2'),
  bad('sum', 'dim', () => sum(z(2, 3), [0, -2]), 'sum: expected each dimension once, got [0,0]'),
  bad('any', 'dim', () => any(z(2, 3), 2), 'any: expected a dimension from -2 to 1, got 2'),
  bad('all', 'dim', () => all(z(2, 3), [1, -1]), 'all: expected each dimension once, got [1,1]'),
  bad(
    'prelu',
    'size',
    () => prelu(z(2, 3), z(2)),
    'prelu: expected a weight of one element, or of shape [3] for the channels of input [2,3], got [2]',
  ),
  bad(
    'prelu',
    'rank',
    () => prelu(z(2, 3), z(1, 3)),
    'prelu: expected a weight of one element, or of shape [3] for the channels of input [2,3], got [1,3]',
  ),
  bad('mean', 'dim', () => mean(z(2, 3), 2), 'mean: expected a dimension from -2 to 1, got 2'),
  bad('amax', 'dim', () => amax(z(2, 3), 2), 'amax: expected a dimension from -2 to 1, got 2'),
  bad(
    'amax',
    'size',
    () => amax(z(2, 0), 1),
    'amax: expected at least one value in each reduced dimension, got shape [2,0]',
  ),
  bad('amin', 'dim', () => amin(z(2, 3), 2), 'amin: expected a dimension from -2 to 1, got 2'),
  bad(
    'amin',
    'size',
    () => amin(z(2, 0), 1),
    'amin: expected at least one value in each reduced dimension, got shape [2,0]',
  ),
  bad('variance', 'dim', () => variance(z(2, 3), 2), 'variance: expected a dimension from -2 to 1, got 2'),
  bad('std', 'dim', () => std(z(2, 3), 2), 'std: expected a dimension from -2 to 1, got 2'),
  bad('logsumexp', 'dim', () => logsumexp(z(2, 3), 2), 'logsumexp: expected a dimension from -2 to 1, got 2'),
  bad('norm', 'dim', () => norm(z(2, 3), 2, 2), 'norm: expected a dimension from -2 to 1, got 2'),
  bad(
    'norm',
    'size',
    () => norm(z(2, 0), Infinity, 1),
    'norm: expected at least one value in each dimension for p = Infinity, got shape [2,0]',
  ),
  bad('norm', 'argument', () => norm(z(2), NaN), "norm: expected a number or 'fro' as p, got NaN"),
  bad('prod', 'dim', () => prod(z(2, 3), 2), 'prod: expected a dimension from -2 to 1, got 2'),
  bad('cumsum', 'dim', () => cumsum(z(2, 3), 2), 'cumsum: expected a dimension from -2 to 1, got 2'),
  bad('cumprod', 'dim', () => cumprod(z(2, 3), 2), 'cumprod: expected a dimension from -2 to 1, got 2'),
  bad('dropout', 'argument', () => dropout(z(3), 1.5), 'dropout: expected a probability from 0 to 1, got 1.5'),
  bad('variance', 'argument', () => variance(z(2), [0, 0]), 'variance: expected each dimension once, got [0,0]'),
];
