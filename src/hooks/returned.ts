/**
 * What hooks return.
 *
 * A value that is not null or undefined replaces something, so it must be a tensor or a structure of tensors. An arrow
 * function whose body is an expression, `(m, x, y) => list.push(y)`, returns a number without meaning to; an async hook
 * returns a Promise. Both are errors that name the hook.
 */
import { HookError } from '../errors.js';
import type { Gradients } from '../tensor/grad-node.js';
import { formatShape, sameShape } from '../tensor/shape.js';
import { commonBackend, Tensor } from '../tensor/tensor.js';

/** The name of a hook in messages. */
export function hookName(kind: string, hook: { readonly name: string }): string {
  return hook.name ? `${kind} '${hook.name}'` : `${kind} (an unnamed function)`;
}

/** Whether `value` is a tensor or null, or an array, a map or a plain object of such. */
export function isTensorStructure(value: unknown): boolean {
  if (value === null || value instanceof Tensor) return true;
  if (Array.isArray(value)) return value.every(isTensorStructure);
  if (value instanceof Map) return [...value.values()].every(isTensorStructure);
  if (typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return false;
  return Object.values(value).every(isTensorStructure);
}

/** The error for a hook that returned something it must not. */
export function wrongReturn(name: string, expected: string, value: unknown): HookError {
  return new HookError(
    `${name}: expected ${expected} or nothing, got ${describe(value)}; ` +
      'give an arrow function a body in braces, (...) => { ... }, if it is not meant to replace anything',
  );
}

/** Checks gradients that a hook returned against the ones it was given. */
export function checkGradients(name: string, what: string, value: unknown, given: Gradients): Gradients {
  if (!Array.isArray(value) || !value.every((item) => item === null || item === undefined || item instanceof Tensor)) {
    throw wrongReturn(name, `an array with one tensor or null for each ${what}`, value);
  }
  const gradients = value.map((item) => (item instanceof Tensor ? item : null));
  if (gradients.length !== given.length) {
    throw new HookError(`${name}: invalid number of ${what}, got ${gradients.length}, but expected ${given.length}`);
  }
  gradients.forEach((gradient, i) => {
    const before = given[i];
    if (gradient && before && !sameShape(gradient.shape, before.shape)) {
      throw new HookError(
        `${name}: expected ${what} ${i} of shape ${formatShape(before.shape)}, got ${formatShape(gradient.shape)}`,
      );
    }
    if (gradient && before) commonBackend(name, [gradient, before]);
  });
  return gradients;
}

function describe(value: unknown): string {
  if (value instanceof Tensor) return `a tensor of shape ${formatShape(value.shape)}`;
  if (value instanceof Promise) return 'a Promise (a hook cannot be async)';
  if (Array.isArray(value)) return `an array of ${value.length}`;
  return typeof value === 'object' && value !== null ? 'an object' : `${typeof value} ${String(value)}`;
}
