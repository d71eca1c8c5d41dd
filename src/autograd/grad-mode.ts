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

/** Runs `body` with recording on or off, as `enabled` says. */
export function setGradEnabled<T>(enabled: boolean, body: () => T): T {
  return withGradMode(enabled, body);
}

/** Runs `body` without recording: what it computes requires no gradient. */
export function noGrad<T>(body: () => T): T {
  return withGradMode(false, body);
}

/** Runs `body` with recording, inside a `noGrad`. */
export function enableGrad<T>(body: () => T): T {
  return withGradMode(true, body);
}
