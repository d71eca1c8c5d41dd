/** What the command line asks for, checked: an error says what was expected, what came, and what there is. */
import { baselines, contenders } from './contenders.js';
import { MAX_THREADS, works } from './works.js';

export class SettingsError extends Error {}

/** @param {string} text */
const list = (text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

/** @param {string} text @returns {number | undefined} */
function wholeNumber(text) {
  const value = Number(text);
  return /^\d+$/.test(text.trim()) && value >= 1 ? value : undefined;
}

/** @template T @param {T[]} items */
const distinct = (items) => [...new Set(items)];

/**
 * --only
 * @param {string} text
 * @param {readonly string[]} [ids] that there are
 */
export function parseIds(text, ids = works.map(({ id }) => id)) {
  const asked = list(text);
  if (asked.length === 0)
    throw new SettingsError(`--only: expected ids separated by commas, got none; there are ${ids.join(', ')}`);
  const wrong = asked.find((id) => !ids.includes(id));
  if (wrong !== undefined)
    throw new SettingsError(`--only: there is no ${JSON.stringify(wrong)}; there are ${ids.join(', ')}`);
  return ids.filter((id) => asked.includes(id));
}

/**
 * --contenders; a scoped package may go without its scope.
 * @param {string} text
 * @param {readonly { name: string, short?: string }[]} [known] who there is, and what else it may be called
 */
export function parseContenders(text, known = [...contenders, ...baselines]) {
  const names = known.map(({ name }) => name);
  const asked = list(text);
  if (asked.length === 0) {
    throw new SettingsError(
      `--contenders: expected names separated by commas, got none; there are ${names.join(', ')}`,
    );
  }
  const found = asked.map((name) => {
    const full = known.find((one) => [one.name, one.name.split('/').at(-1), one.short].includes(name));
    if (full !== undefined) return full.name;
    throw new SettingsError(`--contenders: there is no ${JSON.stringify(name)}; there are ${names.join(', ')}`);
  });
  return names.filter((name) => found.includes(name));
}

/**
 * --threads
 * @param {string} text
 */
export function parseThreads(text) {
  const counts = list(text).map(wholeNumber);
  if (counts.length === 0 || counts.some((count) => count === undefined || count > MAX_THREADS)) {
    throw new SettingsError(
      `--threads: expected whole numbers from 1 to ${MAX_THREADS} separated by commas, as in 1,2, got ${JSON.stringify(text)}`,
    );
  }
  return distinct(counts).sort((a, b) => a - b);
}

/**
 * --rounds
 * @param {string} text
 */
export function parseRounds(text) {
  const rounds = wholeNumber(text);
  if (rounds === undefined || rounds > 1000) {
    throw new SettingsError(`--rounds: expected a whole number from 1 to 1000, got ${JSON.stringify(text)}`);
  }
  return rounds;
}
