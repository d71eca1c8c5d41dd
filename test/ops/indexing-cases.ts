/** Rows of op-cases.ts for the ops that pick, sort, rearrange and reduce. */
import { amin } from '../../src/ops/amax.js';
import { mul } from '../../src/ops/arithmetic.js';
import { tensor } from '../../src/ops/creation.js';
import { max, min } from '../../src/ops/extremes.js';
import { flip, repeat, roll } from '../../src/ops/flip.js';
import { gather, indexSelect, scatterAdd } from '../../src/ops/gather.js';
import { logsumexp } from '../../src/ops/logsumexp.js';
import { norm } from '../../src/ops/norm.js';
import { atLeast1d, axisLast, crop, pick, putBack } from '../../src/ops/pick.js';
import { scatter } from '../../src/ops/scatter.js';
import { sort, topk } from '../../src/ops/sort.js';
import { chunk, split, unbind } from '../../src/ops/split.js';
import { tril, triu } from '../../src/ops/triangle.js';
import { one, reduction, spread, two, type OpCase } from './case-inputs.js';

const places = (): ReturnType<typeof tensor> =>
  tensor([
    [3, 0, 3],
    [1, 1, 0],
  ]);

export const indexingCases: Readonly<Record<string, readonly OpCase[]>> = {
  gather: [
    one([3, 4], (x) => mul(gather(x, 1, places()), spread(2, 3))),
    one([4, 5], (x) => mul(gather(x, 0, places()), spread(2, 3))),
    one([], (x) => gather(x, 0, tensor([0, 0]))),
  ],
  scatter: [
    two([2, 4], [3, 3], (x, source) => mul(scatter(x, 1, places(), source), spread(2, 4))),
    two([4, 5], [2, 3], (x, source) => mul(scatter(x, -2, places(), source), spread(4, 5))),
    one([3, 4], (x) => mul(scatter(x, 1, places(), 0.5), spread(3, 4))),
    two([], [1], (x, source) => scatter(x, 0, tensor([0]), source)),
  ],
  scatterAdd: [
    two([2, 4], [3, 3], (x, source) => mul(scatterAdd(x, 1, places(), source), spread(2, 4))),
    two([4, 5], [2, 3], (x, source) => mul(scatterAdd(x, -2, places(), source), spread(4, 5))),
    two([], [1], (x, source) => scatterAdd(x, 0, tensor([0]), source)),
  ],
  indexSelect: [
    one([2, 3, 2], (x) => mul(indexSelect(x, 1, [2, 0, 2, 1]), spread(2, 4, 2))),
    one([3, 2], (x) => mul(indexSelect(x, 0, tensor([1, 1])), spread(2, 2))),
  ],
  pick: [one([3, 4], (x) => mul(pick('Pick', x, 1, places(), [6]), spread(6)))],
  putBack: [one([2, 3], (x) => mul(putBack('PutBack', x, 1, places(), [3, 4]), spread(3, 4)))],
  crop: [one([3, 4], (x) => mul(crop(x, [2, 4]), spread(2, 4)))],
  axisLast: [one([2, 3, 4], (x) => mul(axisLast(x, 0), spread(4, 3, 2)))],
  atLeast1d: [one([], (x) => atLeast1d(x))],

  sort: [
    one([3, 4], (x) => mul(sort(x).values, spread(3, 4))),
    one([3, 4], (x) => mul(sort(x, 0, true).values, spread(3, 4))),
    one([], (x) => sort(x).values),
  ],
  topk: [
    one([3, 4], (x) => mul(topk(x, 2).values, spread(3, 2))),
    one([3, 4], (x) => mul(topk(x, 2, 0, { largest: false }).values, spread(2, 4))),
  ],
  max: [
    one([2, 3, 2], (x) => max(x)),
    one([2, 3, 2], (x) => mul(max(x, 1).values, spread(2, 2))),
    one([2, 3], (x) => mul(max(x, 0, true).values, spread(1, 3))),
  ],
  min: [
    one([2, 3, 2], (x) => min(x)),
    one([2, 3, 2], (x) => mul(min(x, 0).values, spread(3, 2))),
    one([2, 3], (x) => mul(min(x, -1, true).values, spread(2, 1))),
  ],
  amin: reduction(amin),

  flip: [one([2, 3, 2], (x) => mul(flip(x, [0, -1]), spread(2, 3, 2))), one([3], (x) => mul(flip(x, 0), spread(3)))],
  roll: [
    one([2, 3], (x) => mul(roll(x, 4), spread(2, 3))),
    one([2, 3], (x) => mul(roll(x, [1, -1], [0, 1]), spread(2, 3))),
  ],
  repeat: [one([2, 3], (x) => mul(repeat(x, [2, 1, 3]), spread(2, 2, 9)))],
  split: [
    one([5, 2], (x) => mul(split(x, 2)[1], spread(2, 2))),
    one([2, 5], (x) => mul(split(x, [1, 4], 1)[1], spread(2, 4))),
  ],
  chunk: [one([5], (x) => mul(chunk(x, 2)[0], spread(3)))],
  unbind: [one([2, 3], (x) => mul(unbind(x, 1)[2], spread(2)))],
  tril: [one([2, 3, 3], (x) => mul(tril(x, -1), spread(2, 3, 3)))],
  triu: [one([3, 4], (x) => mul(triu(x, 1), spread(3, 4)))],

  logsumexp: reduction(logsumexp),
  norm: [
    ...[0.5, 1, 1.5, 2, 3, -1, Infinity, -Infinity].flatMap((p) => [
      one([2, 3], (x) => norm(x, p)),
      one([2, 3, 2], (x) => norm(x, p, [0, -1], true)),
    ]),
    one([], (x) => norm(x)),
  ],
};

const place = 'places in a tensor, which do not change with its values';
const check = 'it only checks or prepares arguments';

/** Entries of `withoutGradient`. */
export const withoutGradientIndexing: Readonly<Record<string, string>> = {
  argmax: place,
  argmin: place,
  argsort: place,
  oneHot: 'its input are indices',
  any: 'it tells whether values are 0, and records no graph',
  all: 'it tells whether values are 0, and records no graph',
  isNaN: 'its gradient is 0 wherever it has one, and no graph is recorded',
  isFinite: 'its gradient is 0 wherever it has one, and no graph is recorded',
  isInf: 'its gradient is 0 wherever it has one, and no graph is recorded',
  extremeKernel: 'it is a part of ops that have rows, and records nothing itself',
  checkIndices: check,
  checkPlaces: check,
  dimensionOf: check,
  indexTensor: check,
};
