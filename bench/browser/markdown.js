/** The browser's rows as a table for pages: each of ours, and next to it its pair. */
import { line, shortName } from '../lib/markdown.js';
import { amounts, times } from '../lib/table.js';
import { caption } from './about.js';
import { pairs } from './contenders.js';
import { browserWorkNamed } from './works.js';

const isMeasured = ({ median_ms, ours_median_ms }) => median_ms !== null || ours_median_ms !== null;

/** @param {readonly import('../lib/rows.js').Row[]} rows @returns {[string, import('../lib/rows.js').Row[]][]} by work */
export function byWork(rows) {
  const ids = [...new Set(rows.map(({ id }) => id))];
  return ids.map((id) => [id, rows.filter((row) => row.id === id)]);
}

/**
 * @param {readonly import('../lib/rows.js').Row[]} rows
 * @param {ReturnType<typeof import('./about.js').aboutOf>} about
 */
export function browserMarkdownOf(rows, about) {
  const chosen = rows.filter(isMeasured);
  const shown = pairs.filter(({ ours }) => chosen.some(({ variant }) => variant === ours.mode));
  const head = shown.flatMap(({ ours, theirs }) => [ours.name, shortName(theirs.name)]);
  const lines = byWork(chosen).map(([id, group]) => {
    const cells = shown.flatMap(({ ours }) => cellsOf(group.find(({ variant }) => variant === ours.mode)));
    return line([browserWorkNamed(id).title, ...cells]);
  });
  return [
    line(['', ...head]),
    line(Array(head.length + 1).fill('---')),
    ...lines,
    '',
    `${caption(about)} In brackets the ratio to ours beside it, above 1 where ours is faster.`,
  ].join('\n');
}

/** Ours, and the other of the pair. */
function cellsOf(row) {
  if (!row) return ['', ''];
  const [theirs, ours] = amounts(row).map((amount) => (amount === '-' ? '' : amount));
  return [ours && `**${ours}**`, row.ratio === null ? theirs : `${theirs} (${times(row.ratio)})`];
}
