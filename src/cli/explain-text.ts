/** What `explain` tells people: the classes with bars, a small preview, and the files. */
import { dirname } from 'node:path';
import { isCamMethod } from '../cam/cam.js';
import { methodTitle, type MethodName } from '../cam/methods.js';
import type { Tile } from '../image/contact-sheet.js';
import { shortLabel } from './class-choice.js';
import type { ClassScore, ExplainReport, PictureReport } from './explain-report.js';
import { colorMode, columnsOf, styleFor, type CliIo, type ColorMode, type Style } from './io.js';
import { halfBlocks } from './preview.js';
import { alignColumns, bar, clip, duration, percent } from './table.js';

const BAR_CELLS = 24;
const PREVIEW_CELLS = 36;
const PREVIEW_ROWS = 20;

/** The text for one picture, with line ends. */
export function pictureText(report: PictureReport, overlays: readonly Tile[], io: CliIo): string {
  const mode = colorMode(io.stdout, io.env);
  const style = styleFor(mode);
  const [channels, height, width] = report.layer.shape;
  const [, , inputHeight, inputWidth] = report.input;
  const { region } = report;
  const cropped = region.width < report.width || region.height < report.height;
  const chosen = report.sizes.length > 0 ? `, the surest of ${report.sizes.map(({ size }) => size).join(', ')}` : '';
  const middle = cropped ? `the middle ${region.width}x${region.height} ` : '';
  const atLayer = [...new Set(report.explanations.map(({ method }) => method))].filter(looksAtLayer);
  const notes = [
    ...(atLayer.length > 0
      ? [`  ${layerMethods(atLayer)} at ${report.layer.name}: ${channels} maps of ${width}x${height}`]
      : []),
    ...report.explanations
      .filter(({ blank }) => blank)
      .map(
        ({ class: { label }, method }) =>
          `  ${method} for ${shortLabel(label)} is blank: there is nothing to see in it`,
      ),
  ];
  const lines = [
    `${style.bold(report.file)}  ${style.dim(`${report.width}x${report.height}, ${middle}seen as ${inputWidth}x${inputHeight}${chosen}`)}`,
    '',
    ...classLines(report, style),
    ...(notes.length > 0 ? ['', ...notes] : []),
  ];
  if (mode !== 'none') lines.push('', ...previewLines(overlays, columnsOf(io.stdout), mode, style));
  lines.push('', ...fileLines(report.files, style));
  return `${lines.join('\n')}\n\n`;
}

function looksAtLayer(method: MethodName): boolean {
  return method === 'guided-grad-cam' || (isCamMethod(method) && method !== 'full-grad');
}

/** `Grad-CAM`, or the only one, or how many there are. */
function layerMethods(methods: readonly MethodName[]): string {
  const others = methods.filter((method) => method !== 'grad-cam' && method !== 'guided-grad-cam');
  if (others.length === 0) return methodTitle('grad-cam');
  return methods.length === 1 ? methodTitle(others[0]) : `${methods.length} methods`;
}

/** The last line: what ran. */
export function footerText({ model, backend, timings }: ExplainReport, io: CliIo): string {
  const style = styleFor(colorMode(io.stdout, io.env));
  const threads = `${backend.threads} thread${backend.threads === 1 ? '' : 's'}`;
  const text = [
    `${model.name} from ${model.weights}`,
    `backend ${backend.name} (${backend.mode}, ${backend.dtype}, ${threads})`,
    duration(timings.total),
  ].join(', ');
  return `${style.dim(text)}\n`;
}

/** The top classes, and below them the explained ones that are not among them. */
function classLines({ top, explanations }: PictureReport, style: Style): string[] {
  const explained = new Map(explanations.map(({ class: score }) => [score.index, score]));
  const others = [...explained.values()].filter(({ index }) => !top.some((score) => score.index === index));
  const scores: ClassScore[] = [...top, ...others];
  const rows = scores.map(({ index, label, probability }) => [
    explained.has(index) ? '*' : ' ',
    clip(shortLabel(label), 32),
    percent(probability),
    bar(probability, BAR_CELLS),
  ]);
  return alignColumns(rows, [2]).map((line, i) => `  ${explained.has(scores[i].index) ? style.accent(line) : line}`);
}

/** As many overlays side by side as fit, at most two, each with its class above. */
function previewLines(
  overlays: readonly Tile[],
  columns: number,
  mode: Exclude<ColorMode, 'none'>,
  style: Style,
): string[] {
  const [first] = overlays;
  const proportion = first.picture.width / first.picture.height;
  const cells = Math.max(4, Math.min(PREVIEW_CELLS, columns - 3, Math.round(2 * PREVIEW_ROWS * proportion)));
  const shown = overlays.slice(0, columns >= 2 * cells + 5 ? 2 : 1);
  const parts = shown.map(({ picture }) => halfBlocks(picture, cells, mode));
  const titles = shown.map(({ title }) => style.dim(clip(title, cells).padEnd(cells)));
  return [titles, ...parts[0].map((_, row) => parts.map((lines) => lines[row]))].map((line) => `  ${line.join('  ')}`);
}

function fileLines(files: readonly string[], style: Style): string[] {
  const folders = [...new Set(files.map((file) => dirname(file)))];
  return folders.flatMap((folder) => {
    const own = files.filter((file) => dirname(file) === folder);
    return [`  wrote ${own.length} files to ${folder}`, ...own.map((file) => style.dim(`    ${file}`))];
  });
}
