/**
 * One output number from one number of each input. Where all inputs are read in the same order a thread takes a texel of each, in
 * whatever form they are; with broadcasting it finds the place of each of its four numbers.
 *
 *     thread t:  | 4t | 4t+1 | 4t+2 | 4t+3 |     place of number e in an input: sum over dimensions of index_d(e) * stride_d
 */
import type { BinaryOp, UnaryOp } from '../../../tensor/backend.js';
import { numel } from '../../../tensor/shape.js';
import type { WalkDims } from '../../merge-dims.js';
import type { Images } from '../gpu-storage.js';
import type { Dialect, Program } from '../program.js';
import { imagesSize, numberOfImages } from './images.js';
import {
  checkExact,
  each,
  eachLine,
  flatProgram,
  literal,
  makeProgram,
  number,
  row,
  texel,
  texelsFor,
} from './source.js';

/** f(x; p, q) as text; `inf` and `nan` are known. */
const UNARY: Record<UnaryOp, (x: string) => string> = {
  neg: (x) => `-${x}`,
  abs: (x) => `Math.abs(${x})`,
  sign: (x) => `(${x} > 0 ? 1 : (${x} < 0 ? -1 : 0))`,
  exp: (x) => `exponential(${x}, inf)`,
  log: (x) => `logarithm(${x}, inf, nan)`,
  sqrt: (x) => `squareRoot(${x}, inf, nan)`,
  rsqrt: (x) => `1 / squareRoot(${x}, inf, nan)`,
  reciprocal: (x) => `1 / ${x}`,
  relu: (x) => `(${x} <= 0 ? 0 : ${x})`,
  sigmoid: (x) => `sigmoid(${x}, inf)`,
  tanh: (x) => `hyperbolicTangent(${x})`,
  affine: (x) => `p * ${x} + q`,
  clamp: (x) => `clampTo(${x}, p, q)`,
  inside: (x) => `(p <= ${x} && ${x} <= q ? 1 : 0)`,
  pow: (x) => `power(${x}, p, inf, nan)`,
  expm1: (x) => `exponentialMinusOne(${x}, inf)`,
  log1p: (x) => `logarithmOfOnePlus(${x}, inf, nan)`,
  erf: (x) => `errorFunction(${x})`,
  erfc: (x) => `errorFunctionComplement(${x})`,
  floor: (x) => `Math.floor(${x})`,
  ceil: (x) => `Math.ceil(${x})`,
  round: (x) => `roundHalfToEven(${x})`,
  trunc: (x) => `(${x} < 0 ? Math.ceil(${x}) : Math.floor(${x}))`,
  sin: (x) => `sine(${x}, nan)`,
  cos: (x) => `cosine(${x}, nan)`,
};

/** Powers that are a product or a root, exactly. */
const POWERS = new Map<number, (x: string) => string>([
  [2, (x) => `${x} * ${x}`],
  [3, (x) => `${x} * ${x} * ${x}`],
  [-1, (x) => `1 / ${x}`],
  [-2, (x) => `1 / (${x} * ${x})`],
]);

const BINARY: Record<BinaryOp, (a: string, b: string) => string> = {
  add: (a, b) => `${a} + ${b}`,
  sub: (a, b) => `${a} - ${b}`,
  mul: (a, b) => `${a} * ${b}`,
  div: (a, b) => `${a} / ${b}`,
  maximum: (a, b) => `(isNan(${a}) > 0 || ${a} > ${b} ? ${a} : ${b})`,
  minimum: (a, b) => `(isNan(${a}) > 0 || ${a} < ${b} ? ${a} : ${b})`,
  eq: (a, b) => `(${a} === ${b} ? 1 : 0)`,
  ne: (a, b) => `(${a} === ${b} ? 0 : 1)`,
  lt: (a, b) => `(${a} < ${b} ? 1 : 0)`,
  le: (a, b) => `(${a} <= ${b} ? 1 : 0)`,
  gt: (a, b) => `(${a} > ${b} ? 1 : 0)`,
  ge: (a, b) => `(${a} >= ${b} ? 1 : 0)`,
  reluGrad: (g, x) => `(${x} <= 0 ? 0 : ${g})`,
  pow: (a, b) => `power(${a}, ${b}, inf, nan)`,
};

/** Whether f(0) = 0, so that unused channels stay 0. `affine` is p x + q. */
export function keepsZero(op: UnaryOp | BinaryOp, p = 1, q = 0): boolean {
  switch (op) {
    case 'affine':
      return q === 0 && Number.isFinite(p);
    case 'neg':
    case 'abs':
    case 'sign':
    case 'sqrt':
    case 'relu':
    case 'tanh':
    case 'expm1':
    case 'log1p':
    case 'erf':
    case 'floor':
    case 'ceil':
    case 'round':
    case 'trunc':
    case 'sin':
    case 'add':
    case 'sub':
    case 'mul':
    case 'maximum':
    case 'minimum':
    case 'ne':
    case 'lt':
    case 'gt':
    case 'reluGrad':
      return true;
    default:
      return false;
  }
}

/** The name and the text of an operation whose parameter may be part of it. */
export function unaryText(op: UnaryOp, p: number): { readonly name: string; readonly text: (x: string) => string } {
  const power = op === 'pow' ? POWERS.get(p) : undefined;
  return power ? { name: `pow${p}`, text: power } : { name: op, text: UNARY[op] };
}

/** y = f(x; p, q) */
export function unaryProgram(dialect: Dialect, text: (x: string) => string, texels: number): Program {
  return makeProgram({
    arrays: { x: row(texels) },
    numbers: ['p', 'q'],
    output: row(texels),
    body: `
      const v = ${texel(dialect, 'x', '0', 'this.thread.x')};
      ${eachLine((j) => `const x${j} = v[${j}];`)}
      return [${each((j) => text(`x${j}`))}];`,
  });
}

/** z = f(a, b), texel by texel */
export function binaryProgram(dialect: Dialect, op: BinaryOp, texels: number): Program {
  return makeProgram({
    arrays: { a: row(texels), b: row(texels) },
    output: row(texels),
    body: `
      const va = ${texel(dialect, 'a', '0', 'this.thread.x')};
      const vb = ${texel(dialect, 'b', '0', 'this.thread.x')};
      ${eachLine((j) => `const a${j} = va[${j}]; const b${j} = vb[${j}];`)}
      return [${each((j) => BINARY[op](`a${j}`, `b${j}`))}];`,
  });
}

/** z = f(a, b), one of them a single number */
export function binaryScalarProgram(dialect: Dialect, op: BinaryOp, texels: number, scalar: 'a' | 'b'): Program {
  const at = (name: string) => (name === scalar ? '0' : 'this.thread.x');
  const value = (name: string, j: number) => (name === scalar ? `s` : `x${j}`);
  const other = scalar === 'a' ? 'b' : 'a';
  return makeProgram({
    arrays: { a: row(scalar === 'a' ? 1 : texels), b: row(scalar === 'b' ? 1 : texels) },
    output: row(texels),
    body: `
      const vs = ${texel(dialect, scalar, '0', at(scalar))};
      const vx = ${texel(dialect, other, '0', at(other))};
      const s = vs[0];
      ${eachLine((j) => `const x${j} = vx[${j}];`)}
      return [${each((j) => BINARY[op](value('a', j), value('b', j)))}];`,
  });
}

/** z = f(a, b), each read with its own strides */
export function broadcastProgram(dialect: Dialect, op: BinaryOp, walk: WalkDims, lengths: readonly number[]): Program {
  const value = (j: number) => BINARY[op](`a${j}`, `b${j}`);
  return walkProgram(dialect, ['a', 'b'], walk, lengths, value);
}

/** z = condition ? a : b, each read with its own strides */
export function whereProgram(dialect: Dialect, walk: WalkDims, lengths: readonly number[]): Program {
  return walkProgram(dialect, ['c', 'a', 'b'], walk, lengths, (j) => `(c${j} === 0 ? b${j} : a${j})`);
}

/** out[i0,i1,...] = x[offset + i0*strides[0] + ...], x being flat, or the images that are given */
export function stridedProgram(
  dialect: Dialect,
  walk: WalkDims,
  length: number,
  offset: number,
  images: Images | null,
): Program {
  return walkProgram(dialect, ['x'], walk, [length], (j) => `x${j}`, offset, images);
}

function walkProgram(
  dialect: Dialect,
  names: readonly string[],
  { shape, strides }: WalkDims,
  lengths: readonly number[],
  value: (j: number) => string,
  offset = 0,
  images: Images | null = null,
): Program {
  const length = numel(shape);
  for (const count of [length, ...lengths]) checkExact(count, 'an operation that broadcasts or moves elements');
  const line = (j: number) => {
    const index = places(`e + ${j}`, `i${j}`, shape);
    const reads = names.map((name, operand) => {
      const terms = strides[operand].map((stride, d) => (stride === 0 ? '' : `${index.names[d]} * ${literal(stride)}`));
      const place = [...terms.filter((term) => term !== ''), literal(offset)].join(' + ');
      return images
        ? numberOfImages(dialect, `${name}${j}`, name, place, images)
        : number(dialect, `${name}${j}`, name, place);
    });
    return [...index.lines, ...reads].join('\n');
  };
  return flatProgram({
    arrays: Object.fromEntries(
      names.map((name, operand) => [name, images ? imagesSize(images) : row(texelsFor(lengths[operand]))]),
    ),
    count: length,
    line,
    value,
  });
}

/** Statements that take a place in a contiguous array apart into an index for each dimension. */
export function places(
  place: string,
  name: string,
  shape: readonly number[],
): { readonly lines: readonly string[]; readonly names: readonly string[] } {
  const lines: string[] = [];
  const names: string[] = new Array<string>(shape.length);
  let rest = `(${place})`;
  for (let d = shape.length - 1; d > 0; d--) {
    lines.push(`const ${name}q${d} = quotient(${rest}, ${shape[d]});`);
    lines.push(`const ${name}d${d} = ${rest} - ${name}q${d} * ${shape[d]};`);
    names[d] = `${name}d${d}`;
    rest = `${name}q${d}`;
  }
  names[0] = rest;
  return { lines, names };
}
