/** Tables, shares and times as text. */

/** A share as `61.6 %`; what is not quite nothing is `<0.1 %`. */
export function percent(share: number): string {
  return share > 0 && share < 0.001 ? '<0.1 %' : `${(share * 100).toFixed(1)} %`;
}

/** A share as `92.26 %`: for what is compared by hundredths. NaN, of nothing, is `-`. */
export function exactPercent(share: number): string {
  return Number.isNaN(share) ? '-' : `${(100 * share).toFixed(2)} %`;
}

const eighths = ['', '\u258f', '\u258e', '\u258d', '\u258c', '\u258b', '\u258a', '\u2589'];

/** A bar of at most `cells` character cells, to an eighth of one. */
export function bar(share: number, cells: number): string {
  const parts = Math.round(Math.min(Math.max(share, 0), 1) * cells * 8);
  return '\u2588'.repeat(Math.floor(parts / 8)) + eighths[parts % 8];
}

/** Milliseconds as `85 ms` or `2.3 s`. */
export function duration(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

/** Whole numbers with separators: `14,714,688`. */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A text of at most `length` characters. */
export function clip(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, Math.max(0, length - 2)).trimEnd()}..`;
}

/** Rows with aligned columns, two spaces apart; columns named in `right` are aligned to the right. */
export function alignColumns(rows: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (right.includes(column) ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
      .join('  ')
      .trimEnd(),
  );
}
