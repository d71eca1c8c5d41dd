/** Class names as text: one a line, or a JSON array. */
import { FormatError } from '../errors.js';
import { quote } from './safetensors.js';

/**
 * Reads class names, the first one for class 0.
 * @param name what errors call the text
 * @throws FormatError when there are none, or one is empty or not a string
 */
export function parseLabels(text: string, name: string): string[] {
  const labels = text.trimStart().startsWith('[') ? fromJson(text, name) : fromLines(text);
  if (labels.length === 0 || (labels.length === 1 && labels[0] === '')) {
    throw new FormatError(`${name}: expected class names, one a line or a JSON array, got none`);
  }
  const empty = labels.indexOf('');
  if (empty >= 0) throw new FormatError(`${name}: expected a name for every class, that of class ${empty} is empty`);
  return labels;
}

function fromLines(text: string): string[] {
  return text
    .replace(/^\ufeff/, '')
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => line.trim());
}

function fromJson(text: string, name: string): string[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new FormatError(
      `${name}: expected a JSON array of class names, it cannot be parsed; it begins with ${quote(text.slice(0, 20))}`,
    );
  }
  if (!Array.isArray(value) || !value.every((label): label is string => typeof label === 'string')) {
    throw new FormatError(`${name}: expected a JSON array of strings, got ${quote(value)}`);
  }
  return value.map((label) => label.trim());
}
