/** Rows as text for a terminal. */
import { workNamed } from './works.js';

/** Three or four digits of a number of any size. */
function digits(value) {
  if (value >= 1000) return Math.round(value).toLocaleString('en-US');
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/**
 * Milliseconds with a unit that fits.
 * @param {number} ms
 */
export function duration(ms) {
  if (ms < 0.001) return `${digits(1e6 * ms)} ns`;
  return ms < 1 ? `${digits(1000 * ms)} us` : `${digits(ms)} ms`;
}

/** @param {number} ratio */
export const times = (ratio) => `${digits(ratio)}x`;

/** Both sides of a row in the unit that its work is judged by; a side that was not measured is `-`. @param {import('./rows.js').Row} row */
export function amounts(row) {
  const inUnit = (values, text) => values.map((value) => (value === null ? '-' : text(value)));
  if (row.gb_per_s !== undefined) {
    return inUnit([row.gb_per_s, row.ours_gb_per_s], (rate) => `${digits(rate)} GB/s`);
  }
  if (row.images_per_s !== undefined) {
    return inUnit([row.images_per_s, row.ours_images_per_s], (rate) => `${digits(rate)} img/s`);
  }
  if (row.median_mb !== undefined) return inUnit([row.median_mb, row.ours_median_mb], (mb) => `${digits(mb)} MB`);
  return inUnit([row.median_ms, row.ours_median_ms], duration);
}

/** Whether a row is where it should be. @param {import('./rows.js').Row} row */
export function verdict({ ratio, goal, floor }) {
  if (goal === undefined || ratio === null) return '';
  const wanted = `goal ${times(goal)}`;
  if (ratio >= goal) return `${wanted}: met`;
  return ratio >= floor ? `${wanted}: not met, floor ${times(floor)} is` : `${wanted}, floor ${times(floor)}: MISSED`;
}

const HEAD = ['', 'theirs', 'ours', 'ratio', 'middle half', ''];

function cells(row) {
  const name = row.contender + (row.variant ? ` (ours: ${row.variant})` : '');
  if (row.ratio === null) return [name, ...amounts(row), '-', '-', row.reason];
  const once = row.rounds === 1 ? '1 round' : '';
  const spread = once || row.spread.map(times).join(' .. ');
  return [name, ...amounts(row), times(row.ratio), spread, verdict(row)];
}

/** As in `vgg16-forward, 2 threads`. @param {import('./rows.js').Row} row */
export function withThreads(name, { threads }) {
  if (threads === undefined) return name;
  return `${name}, ${threads === 1 ? '1 thread' : `${threads} threads`}`;
}

/**
 * @param {readonly import('./rows.js').Row[]} rows of one work and number of threads
 * @param {{ title: string, note: string }} [work]
 * @returns {string[]} lines
 */
export function tableOf(rows, { title, note } = workNamed(rows[0].id)) {
  const lines = [HEAD, ...rows.map(cells)];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const text = lines.map((line) =>
    line
      .map((cell, column) =>
        column === 0 || column === HEAD.length - 1 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
      )
      .join('   ')
      .trimEnd(),
  );
  return [`${withThreads(rows[0].id, rows[0])}: ${title}`, `  ${note}`, ...text.map((line) => `  ${line}`), ''];
}
