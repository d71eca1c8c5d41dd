/**
 * How the source of a kernel is put together.
 *
 * Kernels are written in GPU.js's JavaScript, as text: sizes become literals, loops over a window are written out. Reading a texel
 * is the one thing that differs between devices: a texture gives four numbers at once, a buffer one at a time.
 *
 * All arithmetic in kernels is in float32, indices included, which are exact up to 2^24. So an array is read as rows of columns,
 * `x[row][column]`, and GPU.js joins the two in integers.
 */
import { check } from '../../../errors.js';
import type { Dialect, KernelFunction, Program, Size } from '../program.js';
import { functionsCalledBy } from './functions.js';

/** Whole numbers up to this are exact in float32. */
export const MOST_EXACT = 2 ** 24;

export interface Parts {
  /** Names of the array arguments, and the size each is read as. */
  readonly arrays: Readonly<Record<string, Size>>;
  /** Names of the number arguments that follow. */
  readonly numbers?: readonly string[];
  readonly output: Size;
  readonly targets?: number;
  /** Default: one target after the other. */
  readonly turns?: number;
  /** Statements that end in `return [a, b, c, d];`. They may call the functions of `functions.ts`, and name `inf` and `nan`. */
  readonly body: string;
}

export function makeProgram(parts: Parts): Program {
  const { arrays, numbers = [], output, targets = 1, turns = output[0] * output[1], body } = parts;
  const functions: KernelFunction[] = functionsCalledBy(body);
  const constants = Object.entries({ inf: Infinity, nan: NaN }).filter(([name]) =>
    new RegExp(`\\b${name}\\b`).test(body),
  );
  const names = [...Object.keys(arrays), ...numbers, ...constants.map(([name]) => name)];
  return {
    source: `function(${names.join(', ')}) {\n${body}\n}`,
    functions,
    inputs: Object.values(arrays),
    numbers: numbers.length,
    constants: constants.map(([, value]) => value),
    output,
    targets,
    turns,
  };
}

export interface FlatParts extends Pick<Parts, 'arrays' | 'numbers'> {
  /** How many numbers the kernel makes. */
  readonly count: number;
  /** Statements for number `e + j`. */
  readonly line: (j: number) => string;
  /** What it is then; default: `s` and j. */
  readonly value?: (j: number) => string;
}

/** A kernel that makes numbers one after the other: each thread four of them, from number `e` on. */
export function flatProgram({ count, line, value = (j) => `s${j}`, ...parts }: FlatParts): Program {
  return makeProgram({
    ...parts,
    output: row(texelsFor(count)),
    body: `
      const e = this.thread.x * 4;
      ${eachLine(line)}
      return [${each(value)}];`,
  });
}

/** The texel at a row and column of an array argument, as an expression of type `Array(4)`. */
export function texel(dialect: Dialect, array: string, row: string, column: string): string {
  const at = `${array}[${row}][${column}]`;
  return dialect === 'texture' ? at : `[${at}[0], ${at}[1], ${at}[2], ${at}[3]]`;
}

/** A statement that names one number of an array that is read as a single row: the number of index `index`. */
export function number(dialect: Dialect, name: string, array: string, index: string): string {
  if (dialect === 'buffer') {
    return `const ${name}_q = Math.floor((${index}) / 4); const ${name} = ${array}[0][${name}_q][(${index}) - 4 * ${name}_q];`;
  }
  return (
    `const ${name}_q = Math.floor((${index}) * 0.25); const ${name}_v = ${array}[0][${name}_q]; ` +
    `const ${name} = component(${name}_v, (${index}) - ${name}_q * 4);`
  );
}

/** An array that is read or written as one row. */
export function row(texels: number): Size {
  return [texels, 1];
}

/** Texels that hold so many numbers. */
export function texelsFor(numbers: number): number {
  return Math.ceil(numbers / 4);
}

/** Text for each of the four numbers of a texel, joined by commas. */
export function each(text: (component: number) => string): string {
  return [0, 1, 2, 3].map(text).join(', ');
}

/** Statements for each of the four numbers of a texel. */
export function eachLine(text: (component: number) => string): string {
  return [0, 1, 2, 3].map(text).join('\n');
}

/** The end of a kernel: what it writes to each of its targets, number by number. */
export function results(targets: number, text: (target: number, component: number) => string): string {
  const texelOf = (t: number) => each((component) => text(t, component));
  const others = Array.from({ length: targets - 1 }, (_, i) => `target${i + 1}(${texelOf(i + 1)});`);
  return [...others, `return [${texelOf(0)}];`].join('\n');
}

/** Refuses what would be addressed by whole numbers that float32 cannot tell apart. */
export function checkExact(count: number, what: string): void {
  check(
    count <= MOST_EXACT,
    () =>
      `gpu: expected at most ${MOST_EXACT} elements for ${what} (a kernel counts in float32), got ${count}; ` +
      'split the batch, or use the wasm backend',
  );
}

/** A finite literal as kernels write it: always with a point, so that it is no integer. */
export function literal(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e15 ? `${value}.0` : String(value);
}
