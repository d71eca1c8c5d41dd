/** Chapter 10: one convolution on plain loops, on SIMD, and on several threads; and the measured times, as bars. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  backendInfo,
  contactSheet,
  conv2d,
  manualSeed,
  randn,
  setThreads,
  tensor,
  withBackend,
  type BackendInfo,
} from 'backlight';
import { largestDifference, root, type Chapter } from './chapter.js';
import { amber, bar, blue } from './plot.js';

interface Facts {
  /** Largest difference from the plain loops, as a share of the largest output. */
  readonly simdError: number;
  readonly sameOnThreads: boolean;
  readonly backends: readonly BackendInfo[];
  /** Milliseconds from docs/performance.md, as the bars show them. */
  readonly times: readonly { readonly what: string; readonly milliseconds: number }[];
}

export async function run(): Promise<Chapter<Facts>> {
  // #region same
  manualSeed(0);
  const [shape, window] = [
    [1, 32, 40, 40],
    [32, 32, 3, 3],
  ];
  const [pixels, taps] = [randn(shape).dataSync(), randn(window).dataSync()];
  const convolve = () => conv2d(tensor(pixels, { shape }), tensor(taps, { shape: window }), null, { padding: 1 });

  const loops = withBackend('reference', () => convolve().dataSync());
  const { threads } = backendInfo();
  setThreads(1);
  const alone = convolve().dataSync();
  setThreads(2);
  const together = convolve().dataSync();
  setThreads(threads);
  // #endregion same

  const scale = loops.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const times = await measured();
  const longest = Math.max(...times.map(({ milliseconds }) => milliseconds));
  const share = (milliseconds: number): number => Math.log(milliseconds / 20) / Math.log(longest / 20);
  const tiles = times.map(({ what, milliseconds }) => ({
    title: `${what}: ${milliseconds.toLocaleString('en-US')} ms`,
    picture: bar(share(milliseconds), what.startsWith('ours') ? blue : amber),
  }));
  return {
    pictures: { '10-times': contactSheet(tiles, { columns: 1, tileSize: 560, margin: 12 }) },
    facts: {
      simdError: largestDifference(alone, loops) / scale,
      sameOnThreads: largestDifference(alone, together) === 0,
      backends: [withBackend('reference', () => backendInfo()), backendInfo()],
      times,
    },
  };
}

/** The times of VGG16's convolutions in docs/performance.md: each engine's, and our builds', by number of threads. */
async function measured(): Promise<Facts['times']> {
  const lines = (await readFile(join(root, 'docs/performance.md'), 'utf8')).split('\n');
  const cells = (line: string) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
  const engines = cells(lines.find((line) => line.includes('| ours |')) ?? '');
  const times: { what: string; milliseconds: number }[] = [];
  for (const line of lines) {
    const [, threads, build] = /^\| VGG16's convolutions, forward, (\d threads?)(?:, ours: (\w+))? \|/.exec(line) ?? [];
    if (threads === undefined) continue;
    cells(line).forEach((cell, i) => {
      const milliseconds = Number(/([\d,.]+) ms/.exec(cell)?.[1].replaceAll(',', '') ?? NaN);
      const isOurs = engines[i] === 'ours';
      if (Number.isNaN(milliseconds) || (build !== undefined && !isOurs)) return;
      times.push({ what: `${engines[i]}${build === undefined ? '' : ` ${build}`}, ${threads}`, milliseconds });
    });
  }
  return times.sort((a, b) => b.milliseconds - a.milliseconds);
}
