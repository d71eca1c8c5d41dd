/** A function that kernels call, from its source. */
import type { KernelFunction } from '../program.js';

type Type = 'Number' | 'Array(4)';

/** @param first the type of the first argument; all others are numbers, and so is the result */
export function define(source: string, first: Type = 'Number'): KernelFunction {
  const [, name, list] = /^function (\w+)\(([^)]*)\)/.exec(source) ?? ['', '', ''];
  const argumentTypes = list.split(',').map((_, i): Type => (i === 0 ? first : 'Number'));
  return { name, source, argumentTypes, returnType: 'Number' };
}
