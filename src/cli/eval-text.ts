/** What `backlight eval` tells people. */
import { gridMethods, type GridMethod } from '../training/grid-game.js';
import type { EvalReport } from './eval-run.js';
import { colorMode, styleFor, type CliIo } from './io.js';
import { alignColumns, clip, exactPercent, grouped } from './table.js';

const titles: Readonly<Record<GridMethod, string>> = {
  gradCam: 'Grad-CAM',
  guidedBackprop: 'guided backpropagation',
  guidedGradCam: 'guided Grad-CAM',
  gradient: 'gradient',
};

/** Beyond this many classes the confusion is not shown as a table. */
const MOST_CLASSES = 20;

export function evalText(report: EvalReport, io: CliIo): string {
  const style = styleFor(colorMode(io.stdout, io.env));
  const { weights, data, count, accuracy, loss, calibration, gridGame } = report;
  const lines = [
    `${style.bold(weights)} on ${data.path}: ${grouped(count)} images of ${data.side}x${data.side}`,
    '',
    `accuracy ${style.accent(exactPercent(accuracy))}, loss ${loss.toFixed(4)}, expected calibration error ${exactPercent(calibration.error)}`,
    '',
    ...confusionLines(report),
  ];
  if (gridGame) {
    const rows = gridMethods.map((method) => [
      titles[method],
      exactPercent(gridGame[method].pointing),
      exactPercent(gridGame[method].energy),
      exactPercent(gridGame.random[method].pointing),
      exactPercent(gridGame.random[method].energy),
    ]);
    const [head, ...rest] = alignColumns(
      [['', 'pointing', 'energy', 'random: pointing', 'energy'], ...rows],
      [1, 2, 3, 4],
    );
    lines.push(
      '',
      `grid game, ${grouped(gridGame.gradCam.n)} mosaics, layer ${gridGame.layer} (chance 25 %)`,
      style.dim(head),
      ...rest,
    );
  }
  return `${lines.join('\n')}\n`;
}

/** A row for each class: its accuracy, and how many of its images were taken for which class. */
function confusionLines({ labels, confusion, perClass }: EvalReport): string[] {
  const shares = labels.map((label) => exactPercent(perClass[label]));
  if (labels.length > MOST_CLASSES)
    return alignColumns(
      labels.map((label, i) => [label, shares[i]]),
      [1],
    );
  const heads = labels.map((label) => clip(label, 5).replace(/\.+$/, ''));
  return alignColumns(
    [['', '', ...heads], ...labels.map((label, i) => [label, shares[i], ...confusion[i].map(String)])],
    [1, ...labels.map((_, i) => i + 2)],
  );
}
