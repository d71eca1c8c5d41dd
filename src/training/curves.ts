/**
 * The course of a training as a picture (SVG): loss above, accuracy below, over the epochs. Drawn here by hand, since two
 * polylines need no chart library in the package; the colours follow the reader's light or dark scheme.
 */
import type { EpochRecord } from './training-run.js';

const WIDTH = 720;
const HEIGHT = 420;
const LEFT = 56;
const RIGHT = 132;
const PANELS = [
  { top: 40, bottom: 190 },
  { top: 236, bottom: 386 },
] as const;

interface Line {
  readonly name: string;
  readonly kind: 'train' | 'test';
  /** Epoch and value. */
  readonly points: readonly (readonly [number, number])[];
}

/** @param title one line above the curves */
export function curvesSvg(history: readonly EpochRecord[], title: string): string {
  const epochs = Math.max(1, ...history.map(({ epoch }) => epoch));
  const loss: Line = { name: 'loss', kind: 'train', points: history.map(({ epoch, loss }) => [epoch, loss]) };
  const learnt: Line = {
    name: 'augmented',
    kind: 'train',
    points: history.map(({ epoch, accuracy }) => [epoch, 100 * accuracy]),
  };
  const tested: Line = {
    name: 'test',
    kind: 'test',
    points: history.flatMap(({ epoch, test }) => (test === undefined ? [] : [[epoch, 100 * test] as const])),
  };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(title)}">`,
    `<style>${style}</style>`,
    `<rect class="page" width="${WIDTH}" height="${HEIGHT}"/>`,
    `<text class="title" x="${LEFT}" y="22">${escaped(title)}</text>`,
    panel(PANELS[0], 'loss', [loss], epochs),
    panel(PANELS[1], 'accuracy, %', [learnt, tested], epochs),
    `<text class="axis" text-anchor="middle" x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 4}">epoch</text>`,
    '</svg>',
    '',
  ].join('\n');
}

const style = `
.page{fill:#fff}.title{fill:#1f2328;font-weight:600}.axis{fill:#636c76;font-size:11px}.grid{stroke:#d1d9e0;stroke-width:1}
text{font:13px system-ui,sans-serif}.line{fill:none;stroke-width:2}.train{stroke:#8fa3b8}.test{stroke:#d9730d}
text.train,text.test{stroke:none}text.train{fill:#636c76}text.test{fill:#d9730d}circle.train{fill:#8fa3b8}circle.test{fill:#d9730d}
@media (prefers-color-scheme:dark){.page{fill:#0d1117}.title{fill:#e6edf3}.axis,text.train{fill:#9198a1}.grid{stroke:#3d444d}}
`;

function panel(
  { top, bottom }: { readonly top: number; readonly bottom: number },
  name: string,
  lines: readonly Line[],
  epochs: number,
): string {
  const values = lines.flatMap(({ points }) => points.map(([, value]) => value));
  const ticks = niceTicks(Math.min(...values, Infinity), Math.max(...values, -Infinity));
  const [low, high] = [ticks[0], ticks[ticks.length - 1]];
  const x = (epoch: number): number => LEFT + ((WIDTH - LEFT - RIGHT) * (epoch - 1)) / Math.max(1, epochs - 1);
  const y = (value: number): number => bottom - ((bottom - top) * (value - low)) / (high - low);
  const parts = ticks.flatMap((tick) => [
    `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at(y(tick))}" y2="${at(y(tick))}"/>`,
    `<text class="axis" text-anchor="end" x="${LEFT - 8}" y="${at(y(tick) + 4)}">${Number(tick.toPrecision(6))}</text>`,
  ]);
  for (const epoch of epochTicks(epochs)) {
    parts.push(`<text class="axis" text-anchor="middle" x="${at(x(epoch))}" y="${bottom + 16}">${epoch}</text>`);
  }
  parts.push(`<text class="axis" x="${LEFT}" y="${top - 8}">${name}</text>`);
  const names: number[] = [];
  for (const { name, kind, points } of lines) {
    if (points.length === 0) continue;
    const path = points.map(([epoch, value]) => `${at(x(epoch))},${at(y(value))}`).join(' ');
    const [epoch, value] = points[points.length - 1];
    // names of lines that end close together would overlap
    let labelY = y(value) + 4;
    for (const other of names) if (Math.abs(labelY - other) < 14) labelY = other + 14;
    names.push(labelY);
    parts.push(
      `<polyline class="line ${kind}" points="${path}"/>`,
      `<circle class="${kind}" cx="${at(x(epoch))}" cy="${at(y(value))}" r="3"/>`,
      `<text class="${kind}" x="${at(x(epoch) + 9)}" y="${at(labelY)}">${name} ${value.toFixed(2)}</text>`,
    );
  }
  return parts.join('\n');
}

/** Three to six round numbers around all values. */
function niceTicks(low: number, high: number): number[] {
  if (!(high >= low)) return [0, 1];
  const range = high - low || Math.abs(high) || 1;
  const power = 10 ** Math.floor(Math.log10(range / 4));
  const step = power * ([1, 2, 5].find((factor) => range / (power * factor) <= 5) ?? 10);
  const first = Math.floor(low / step);
  const last = Math.max(first + 1, Math.ceil(high / step));
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}

function epochTicks(epochs: number): number[] {
  const step = [1, 2, 5, 10, 20, 50, 100].find((candidate) => epochs / candidate <= 12) ?? 200;
  const ticks = Array.from({ length: Math.floor(epochs / step) }, (_, i) => (i + 1) * step);
  return ticks[0] === 1 ? ticks : [1, ...ticks];
}

const at = (value: number): string => String(Math.round(value * 10) / 10);

const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
