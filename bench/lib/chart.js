/**
 * The rows as a picture (SVG): a panel for each work, a bar for each engine, as long as it is fast next to ours. The
 * colours follow the reader's light or dark scheme.
 */
import * as echarts from 'echarts';
import { baselines, OURS } from './contenders.js';
import { shortName } from './markdown.js';
import { amounts, times } from './table.js';
import { workNamed } from './works.js';

/** [light, dark] */
const COLOURS = {
  background: ['#ffffff', '#0d1117'],
  text: ['#1f2328', '#e6edf3'],
  faint: ['#636c76', '#9198a1'],
  line: ['#d1d9e0', '#3d444d'],
  ours: ['#d9730d', '#f0953f'],
  oursElsewhere: ['#eda96a', '#a8662b'],
  theirs: ['#8fa3b8', '#5f7287'],
};
const colour = (name) => COLOURS[name][0];

const WIDTH = 980;
const MARGIN = 28;
const HEADER = 84;
const FOOTER = 28;
const NAMES = 128;
const AMOUNTS = 76;
const RATIOS = 50;
const GAP = 36;
const COLUMN = (WIDTH - 2 * MARGIN - GAP) / 2;
const BAR = 21;
const PANEL_HEAD = 34;
const PANEL_FOOT = 18;
const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";

/** Speeds beyond this, next to ours, are cut off: Float32Array.set is no engine. */
const LONGEST = 2.5;

/**
 * One work with one number of threads.
 * @typedef {object} Panel
 * @property {string} title
 * @property {string} about
 * @property {{ name: string, speed: number, label: string, kind: 'ours' | 'oursElsewhere' | 'theirs' }[]} bars
 */

/** @param {readonly import('./rows.js').Row[]} rows @returns {Panel[]} */
function panelsOf(rows) {
  const isEngine = ({ contender }) =>
    contender === 'Float32Array.set' || !baselines.some(({ name }) => name === contender);
  const shown = rows.filter((row) => row.ratio !== null && row.median_ms !== null && isEngine(row));
  const key = ({ id, threads }) => `${id} ${threads}`;
  const keys = [...new Set(shown.map(key))];
  return keys.map((one) => panelOf(shown.filter((row) => key(row) === one)));
}

function panelOf(rows) {
  const [first] = rows;
  const { title } = workNamed(first.id);
  const usual = rows.filter(({ variant }) => !variant);
  const bars = [{ name: OURS, speed: 1, amount: amounts(usual[0] ?? first)[1], ratio: '', kind: 'ours' }];
  for (const row of rows.filter(({ variant }) => variant)) {
    const speed = usual[0].ours_median_ms / row.ours_median_ms;
    bars.push({ name: `${OURS}, ${row.variant}`, speed, amount: amounts(row)[1], ratio: '', kind: 'oursElsewhere' });
  }
  for (const row of usual) {
    bars.push({
      name: shortName(row.contender),
      speed: 1 / row.ratio,
      amount: amounts(row)[0],
      ratio: times(row.ratio),
      kind: 'theirs',
    });
  }
  return { title, about: `${first.id}, ${first.threads === 1 ? '1 thread' : `${first.threads} threads`}`, bars };
}

const heightOf = ({ bars }) => PANEL_HEAD + BAR * bars.length + PANEL_FOOT;

/** Where each panel is: two columns, the shorter one is filled first. */
function placesOf(panels) {
  const ends = [HEADER, HEADER];
  const places = panels.map((panel) => {
    const column = ends[0] <= ends[1] ? 0 : 1;
    const top = ends[column];
    ends[column] += heightOf(panel);
    return { left: MARGIN + column * (COLUMN + GAP), top };
  });
  return { places, height: Math.max(...ends) + FOOTER };
}

function titlesOf({ title, about }, { left, top }) {
  const textStyle = { color: colour('text'), fontFamily: FONT };
  return [
    { text: title, left, top, padding: 0, textStyle: { ...textStyle, fontSize: 13, fontWeight: 600 } },
    {
      text: about,
      left,
      top: top + 17,
      padding: 0,
      textStyle: { ...textStyle, fontSize: 10.5, fontWeight: 400, color: colour('faint') },
    },
  ];
}

/** Names on the left; on the right what was measured, and the ratio. */
function axesOf({ bars }, index) {
  const common = {
    gridIndex: index,
    type: 'category',
    inverse: true,
    axisLine: { show: false },
    axisTick: { show: false },
  };
  const cell = { fontSize: 11, fontFamily: FONT, align: 'right' };
  return [
    {
      ...common,
      data: bars.map(({ name }) => name),
      axisLabel: { color: colour('text'), fontSize: 11, fontFamily: FONT, margin: 8 },
    },
    {
      ...common,
      position: 'right',
      data: bars.map(({ name }) => name),
      axisLabel: {
        margin: 0,
        formatter: (_, row) => {
          const { kind, amount, ratio } = bars[row];
          return `{${kind === 'theirs' ? 'amount' : 'own'}|${amount}}{ratio|${ratio}}`;
        },
        rich: {
          amount: { ...cell, width: AMOUNTS, color: colour('faint') },
          own: { ...cell, width: AMOUNTS, color: colour('text'), fontWeight: 600 },
          ratio: { ...cell, width: RATIOS, color: colour('text') },
        },
      },
    },
  ];
}

function seriesOf({ bars }, index, longest) {
  return {
    type: 'bar',
    xAxisIndex: index,
    yAxisIndex: 2 * index,
    barWidth: 12,
    data: bars.map(({ speed, kind }) => ({
      value: Math.min(speed, longest),
      itemStyle: { color: colour(kind), borderRadius: [0, 3, 3, 0] },
    })),
    markLine: {
      silent: true,
      z: 1,
      symbol: 'none',
      label: { show: false },
      lineStyle: { color: colour('line'), type: 'dashed', width: 1 },
      data: [{ xAxis: 1 }],
    },
  };
}

/** Replaces the colours where the reader prefers a dark scheme. */
function inBothSchemes(svg) {
  const rules = Object.values(COLOURS).map(
    ([light, dark]) => `[fill="${light}"]{fill:${dark}}[stroke="${light}"]{stroke:${dark}}`,
  );
  return svg.replace(/(<svg[^>]*>)/, `$1\n<style>@media (prefers-color-scheme:dark){${rules.join('')}}</style>`);
}

/**
 * @param {readonly import('./rows.js').Row[]} rows
 * @param {{ date: string, rounds: number, machine: ReturnType<typeof import('./machine.js').machine>, versions: Record<string, string> }} about
 * @returns {string} SVG
 */
export function chartOf(rows, { date, rounds, machine, versions }) {
  const subtitle =
    `Bars: speed next to ours, longer is faster. 2.0x: it takes twice our time. Medians of ${rounds} rounds.\n` +
    `${machine.processor}, ${machine.cores} cores, Node ${versions.node.replace('v', '')}, ${date}`;
  return drawPanels(panelsOf(rows), 'Backlight next to other engines', subtitle);
}

/**
 * @param {readonly Panel[]} panels
 * @param {string} title
 * @param {string} subtitle two lines
 * @returns {string} SVG
 */
export function drawPanels(panels, title, subtitle) {
  const { places, height } = placesOf(panels);
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height });
  const longest = Math.min(LONGEST, Math.max(1, ...panels.flatMap(({ bars }) => bars.map(({ speed }) => speed))));
  const heading = { left: MARGIN, padding: 0, textStyle: { color: colour('text'), fontFamily: FONT } };
  chart.setOption({
    animation: false,
    backgroundColor: colour('background'),
    title: [
      {
        ...heading,
        text: title,
        top: 20,
        textStyle: { ...heading.textStyle, fontSize: 18, fontWeight: 600 },
      },
      {
        ...heading,
        text: subtitle,
        top: 44,
        textStyle: { ...heading.textStyle, color: colour('faint'), fontSize: 11, fontWeight: 400, lineHeight: 15 },
      },
      ...panels.flatMap((panel, i) => titlesOf(panel, places[i])),
    ],
    grid: panels.map(({ bars }, i) => ({
      left: places[i].left + NAMES,
      top: places[i].top + PANEL_HEAD,
      width: COLUMN - NAMES - AMOUNTS - RATIOS,
      height: BAR * bars.length,
    })),
    xAxis: panels.map((_, i) => ({ gridIndex: i, type: 'value', min: 0, max: longest, show: false })),
    yAxis: panels.flatMap(axesOf),
    series: panels.map((panel, i) => seriesOf(panel, i, longest)),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return inBothSchemes(svg);
}
