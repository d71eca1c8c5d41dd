/** Whether ops record how to run backward. On by default; off inside `noGrad` and inside hooks and backward passes. */
import { AutogradError } from '../errors.js';

let enabled = true;

export function isGradEnabled(): boolean {
  return enabled;
}

/** Runs `body` with recording on or off, and restores what was before, whatever happens. */
export function withGradMode<T>(mode: boolean, body: () => T): T {
  const before = enabled;
  enabled = mode;
  try {
    const result = body();
    if (result instanceof Promise) {
      throw new AutogradError(
        'noGrad/enableGrad: expected a synchronous function, got one that returns a Promise (its part after the first ' +
          'await would run in the mode outside); await outside instead',
      );
    }
    return result;
  } finally {
    enabled = before;
  }
}

/** Runs `body` with recording on or off; without a body, switches it from here on, up to the end of what is around. */
export function setGradEnabled(mode: boolean): void;
export function setGradEnabled<T>(mode: boolean, body: () => T): T;
export function setGradEnabled<T>(mode: boolean, body?: () => T): T | undefined {
  if (body) return withGradMode(mode, body);
  enabled = mode;
  return undefined;
}

/** Runs `body` without recording: what it computes requires no gradient. */
export function noGrad<T>(body: () => T): T {
  return withGradMode(false, body);
}

/** Runs `body` with recording, inside a `noGrad`. */
export function enableGrad<T>(body: () => T): T {
  return withGradMode(true, body);
}
