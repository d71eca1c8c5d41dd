/**
 * Every error this library throws on purpose.
 *
 * A message says what was expected, what came, and the way out if there is one:
 * `conv2d: expected 3 input channels (weight [64,3,3,3]), got input [1,4,224,224]`.
 */

/** The base of all errors below: `error instanceof BacklightError` tells a user's mistake from a bug. */
export class BacklightError extends Error {
  override readonly name: string = 'BacklightError';
}

/** Shapes, dimensions or arguments that do not fit the operation. */
export class ShapeError extends BacklightError {
  override readonly name = 'ShapeError';
}

/** A backend that is missing, out of memory, or mixed with another one. */
export class BackendError extends BacklightError {
  override readonly name = 'BackendError';
}

/** A backward pass that cannot be run: freed graph, missing gradient, changed tensor. */
export class AutogradError extends BacklightError {
  override readonly name = 'AutogradError';
}

/** A hook that returned something it must not, or was registered where it cannot fire. */
export class HookError extends BacklightError {
  override readonly name = 'HookError';
}

/** A file or byte stream that is not what it claims to be. */
export class FormatError extends BacklightError {
  override readonly name = 'FormatError';
}

/** A name or value that the caller chose and that does not exist: a class, a layer, a method, an option. */
export class ArgumentError extends BacklightError {
  override readonly name = 'ArgumentError';
}

/**
 * Throws a {@link ShapeError} when `condition` does not hold.
 * @param message built only when it is needed, since it formats shapes
 */
export function check(condition: boolean, message: () => string): asserts condition {
  if (!condition) throw new ShapeError(message());
}
