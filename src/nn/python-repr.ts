/** Values as Python prints them, for texts that are to look like PyTorch's. */
import { pair, type Pair } from '../ops/pair.js';

export const bool = (value: boolean): string => (value ? 'True' : 'False');

/** A float: `1.0`, `0.01`, `1e-05`, `1e+16`, `inf`. */
export function float(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) {
    const [digits, exponent] = value.toExponential().split('e');
    return `${digits}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

/** A pair of sizes: `(3, 3)`, also where one number was given for both. */
export const tuple = (value: Pair): string => `(${pair(value, 'repr', -Infinity).join(', ')})`;

/** A number or a tuple, whichever was given; `print` says how each number looks. */
export function numberOrTuple(
  value: number | readonly (number | null)[],
  print: (item: number) => string = String,
): string {
  if (typeof value === 'number') return print(value);
  const items = value.map((item) => (item === null ? 'None' : print(item)));
  return items.length === 1 ? `(${items[0]},)` : `(${items.join(', ')})`;
}
