/** Golden ops that move values about. */
import { cat, stack } from '../../src/ops/cat.js';
import { expand } from '../../src/ops/expand.js';
import { flip } from '../../src/ops/flip.js';
import { narrow } from '../../src/ops/narrow.js';
import { movedim, permute, t, transpose } from '../../src/ops/permute.js';
import { flatten, reshape, squeeze, unflatten, unsqueeze } from '../../src/ops/reshape.js';
import type { Args } from './args.js';
import { alongDim, required, unary, type GoldenOp, type GoldenOps } from './op-form.js';

const list = (args: Args, name: string): number[] => required(name, args.numbers(name, undefined));
const number = (args: Args, name: string): number => required(name, args.number(name, undefined));
const toShape: GoldenOp = ([x], args) => reshape(x, list(args, 'shape'));

export const shapeOps: GoldenOps = {
  permute: ([x], args) => permute(x, list(args, 'dims')),
  transpose: ([x], args) => transpose(x, number(args, 'dim0'), number(args, 'dim1')),
  t: unary(t),
  movedim: ([x], args) => movedim(x, list(args, 'source'), list(args, 'destination')),
  reshape: toShape,
  view: toShape,
  flatten: ([x], args) => flatten(x, args.number('start_dim', 0), args.number('end_dim', -1)),
  unflatten: ([x], args) => unflatten(x, number(args, 'dim'), list(args, 'sizes')),
  squeeze: ([x], args) => squeeze(x, args.numbers('dim', undefined)),
  unsqueeze: alongDim(unsqueeze),
  flip: ([x], args) => flip(x, list(args, 'dims')),
  expand: ([x], args) =>
    expand(x, required('shape', args.numbers('shape', undefined) ?? args.numbers('size', undefined))),
  cat: (inputs, args) => cat(inputs, args.number('dim', 0)),
  stack: (inputs, args) => stack(inputs, args.number('dim', 0)),
  narrow: ([x], args) => narrow(x, number(args, 'dim'), number(args, 'start'), number(args, 'length')),
};
