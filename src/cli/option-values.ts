/** Values of options from their text, with errors that suggest what was meant. */
import { ArgumentError } from '../errors.js';
import { nearest } from '../nearest.js';

/**
 * One of the allowed names, or an error with the nearest ones.
 * @param lister what shows all names where they are too many for the error
 */
export function choice<T extends string>(option: string, name: string, allowed: readonly T[], lister = ''): T {
  const found = allowed.find((candidate) => candidate === name);
  if (found !== undefined) return found;
  const list =
    allowed.length <= 6
      ? `expected ${allowed.join(', ')}`
      : `the nearest are ${nearest(name, allowed).join(', ')}${lister && ` (${lister})`}`;
  throw new ArgumentError(`${option}: there is no ${JSON.stringify(name)}; ${list}`);
}

/** A number between two bounds, both included. */
export function numberBetween(option: string, text: string, low: number, high: number, meaning: string): number {
  const value = text.trim() === '' ? NaN : Number(text);
  if (value >= low && value <= high) return value;
  throw new ArgumentError(`${option}: expected ${meaning}, got ${JSON.stringify(text)}`);
}

/** A whole number between two bounds, both included. */
export function wholeBetween(option: string, text: string, low: number, high: number): number {
  const value = numberBetween(option, text, low, high, `a whole number from ${low} to ${high}`);
  if (Number.isInteger(value)) return value;
  throw new ArgumentError(`${option}: expected a whole number from ${low} to ${high}, got ${JSON.stringify(text)}`);
}

/** A whole number of at least 1; `4e8` and `400_000_000` are understood. */
export function positiveInteger(option: string, text: string): number {
  const value = Number(text.replaceAll('_', ''));
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new ArgumentError(`${option}: expected a whole number of at least 1, got ${JSON.stringify(text)}`);
}

/** Collects a repeatable option's values, each of which may be a list with commas. */
export function collectList(value: string, previous: readonly string[] | undefined): string[] {
  const items = value.split(',').map((item) => item.trim());
  return [...(previous ?? []), ...items.filter((item) => item !== '')];
}

/** Collects a repeatable option's values as they are. */
export function collect(value: string, previous: readonly string[] | undefined): string[] {
  return [...(previous ?? []), value];
}
