/** The browser's rows as a picture (SVG): a panel for each work, in it each of ours and next to it its pair. */
import { drawPanels } from '../lib/chart.js';
import { amounts, times } from '../lib/table.js';
import { shortAdapterText } from './about.js';
import { pairs } from './contenders.js';
import { byWork } from './markdown.js';
import { browserWorkNamed } from './works.js';

/** @param {readonly import('../lib/rows.js').Row[]} rows */
function panelsOf(rows) {
  return byWork(rows.filter(({ ratio }) => ratio !== null)).map(([id, group]) => {
    const bars = group.flatMap((row) => {
      const [theirs, ours] = amounts(row);
      const { mode } = pairs.find(({ theirs }) => theirs.name === row.contender).theirs;
      return [
        { name: `backlight, ${row.variant}`, speed: 1, amount: ours, ratio: '', kind: 'ours' },
        { name: `tfjs, ${mode}`, speed: 1 / row.ratio, amount: theirs, ratio: times(row.ratio), kind: 'theirs' },
      ];
    });
    return { title: browserWorkNamed(id).title, about: id, bars };
  });
}

/**
 * @param {readonly import('../lib/rows.js').Row[]} rows
 * @param {ReturnType<typeof import('./about.js').aboutOf>} about
 * @returns {string} SVG
 */
export function browserChartOf(rows, about) {
  const subtitle =
    `Bars: speed next to ours of the same kind, longer is faster. 2.0x: it takes twice our time. Medians of ${about.rounds} rounds.\n` +
    `${shortAdapterText(about)}, ${about.browser}, ${about.date}`;
  return drawPanels(panelsOf(rows), 'Backlight next to TensorFlow.js in the browser', subtitle);
}
