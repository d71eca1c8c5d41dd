/** Rows as tables for the readme and for docs/performance.md, which a run of everything writes anew. */
import { readFileSync, writeFileSync } from 'node:fs';
import { baselines, contenders } from './contenders.js';
import { MEMORY_ROUNDS } from './fresh.js';
import { ONCE_MS } from './rounds.js';
import { amounts, times, withThreads } from './table.js';
import { workNamed } from './works.js';

/** What the readme shows. */
export const SHORT = ['vgg16-features-forward', 'vgg16-forward', 'vgg16-grad-cam', 'train-step-cifar-vgg', 'tiny-op'];

/** Without its scope. @param {string} name */
export const shortName = (name) => name.split('/').at(-1);

/** A line of a table. @param {readonly string[]} cells */
export const line = (cells) => `| ${cells.join(' | ')} |`;
const isBaseline = ({ contender }) => baselines.some(({ name }) => name === contender);

/** Ours has the same amount in all rows of a work, a number of threads and a variant. */
function groupsOf(rows) {
  const key = ({ id, threads, variant }) => [id, threads, variant ?? ''].join(' ');
  return [...new Set(rows.map(key))].map((one) => rows.filter((row) => key(row) === one));
}

function nameOf(row) {
  const { id, variant } = row;
  return withThreads(workNamed(id).title, row) + (variant ? `, ours: ${variant}` : '');
}

const cell = (row) => (row?.ratio == null ? '' : `${amounts(row)[0]} (${times(row.ratio)})`);

/**
 * Engines side by side: what each took, and in brackets its time divided by ours.
 * @param {readonly import('./rows.js').Row[]} rows
 */
function enginesTable(rows) {
  const measured = rows.filter((row) => row.ratio !== null && !isBaseline(row));
  const shown = contenders.filter(({ name }) => measured.some(({ contender }) => contender === name));
  const names = shown.map(({ name }) => name);
  const lines = groupsOf(measured).map((group) => {
    const cells = names.map((name) => cell(group.find(({ contender }) => contender === name)));
    return line([nameOf(group[0]), `**${amounts(group[0])[1]}**`, ...cells]);
  });
  return [line(['', 'ours', ...names.map(shortName)]), line(Array(names.length + 2).fill('---')), ...lines];
}

/** What is measured against something that is no engine. */
function baselinesTable(rows) {
  const against = { backlight: 'our own forward pass', limit: 'the limit' };
  const lines = rows
    .filter((row) => row.ratio !== null && isBaseline(row))
    .map((row) => {
      const [theirs, ours] = amounts(row);
      return line([
        nameOf(row),
        `**${ours}**`,
        `${theirs}: ${against[row.contender] ?? row.contender}`,
        times(row.ratio),
      ]);
    });
  return lines.length === 0 ? [] : ['', line(['', 'ours', 'beside', 'ratio']), line(Array(4).fill('---')), ...lines];
}

/** On what, with what and when. */
function caption({ machine, versions, date, rounds }) {
  const engines = contenders
    .filter(({ name }) => name in versions)
    .map(({ name }) => `${shortName(name)} ${versions[name]}`);
  const newer = versions.node_of_variants
    ? ` (ours relaxed and revectorize: ${versions.node_of_variants.slice(1)})`
    : '';
  return (
    `Measured on ${date}: ${machine.processor}, ${machine.cores} cores, ${machine.memory_gb} GB, ${machine.system}; Node ` +
    `${versions.node.slice(1)}${newer}, ${engines.join(', ')}. Medians of ${rounds} rounds (of memory ` +
    `${Math.min(rounds, MEMORY_ROUNDS)}), all engines in turn; what takes more than ${ONCE_MS / 1000} seconds was timed once. In brackets the ` +
    'ratio to ours, above 1 where ours is faster.'
  );
}

/**
 * @param {readonly import('./rows.js').Row[]} rows
 * @param {object} about
 * @param {readonly string[]} [ids] of the works to show; default: all, and what is measured against something else
 */
export function markdownOf(rows, about, ids) {
  const chosen = ids ? rows.filter(({ id, variant }) => ids.includes(id) && !variant) : rows;
  return [...enginesTable(chosen), ...(ids ? [] : baselinesTable(chosen)), '', caption(about)].join('\n');
}

const END = '\n<!-- end -->';

/**
 * Replaces what stands between a command's marks in a file.
 * @param {URL} file
 * @param {string} text
 * @param {string} [command] that the text comes from
 */
export function putInto(file, text, command = 'npm run bench') {
  const mark = `<!-- from ${command} -->\n`;
  const before = readFileSync(file, 'utf8');
  const begin = before.indexOf(mark);
  const end = before.indexOf(END, begin);
  if (begin < 0 || end < 0) throw new Error(`${file.pathname}: expected the marks ${mark.trim()} and ${END.trim()}`);
  writeFileSync(file, before.slice(0, begin) + mark + text + before.slice(end));
}
