/** The run of `backlight explain`: check, load, explain picture by picture, write, report. */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { backendInfo, backendNames, useBackend } from '../backends/active.js';
import { isCamMethod } from '../cam/cam.js';
import { methodNames, type MethodName } from '../cam/methods.js';
import { ArgumentError, BacklightError } from '../errors.js';
import { colorMaps } from '../image/colormaps.js';
import { setWarningHandler, warn } from '../warnings.js';
import { loadModel, type LoadedModel } from '../weights/load-model.js';
import type { Preprocess } from '../weights/preprocess-spec.js';
import { parseClassRequests, shortLabel } from './class-choice.js';
import { explainPicture, type ExplainSettings } from './explain-picture.js';
import type { ExplainReport, PictureReport } from './explain-report.js';
import { footerText, pictureText } from './explain-text.js';
import { FileError, readBytes, requireFolder, stems, writeFiles } from './files.js';
import { StatusLine, type CliIo } from './io.js';
import { readModelSource, type ModelFlags } from './model-source.js';
import { parameterCount } from './model-trace.js';
import { choice, numberBetween, positiveInteger, wholeBetween } from './option-values.js';
import { packageVersion } from './version.js';

/** The options as commander gives them. */
export interface ExplainFlags extends ModelFlags {
  readonly class?: readonly string[];
  readonly layer?: string;
  readonly method?: readonly string[];
  readonly colormap: string;
  readonly alpha?: string;
  readonly out: string;
  readonly dump?: string;
  readonly json?: boolean;
  readonly backend: string;
  readonly maxPixels?: string;
  readonly size?: string;
}

const defaultMethods: readonly MethodName[] = ['grad-cam', 'guided-backprop', 'guided-grad-cam'];

/** What a run says while it works: the status line, and warnings with what they are about. */
class Progress {
  readonly warnings: string[] = [];
  readonly status: StatusLine;
  /** What is being done, for warnings. */
  about = '';

  constructor(readonly io: CliIo) {
    this.status = new StatusLine(io.stderr);
  }

  warn(message: string): void {
    const warning = this.about === '' ? message : `${this.about}: ${message}`;
    this.warnings.push(warning);
    this.status.clear();
    this.io.stderr.write(`backlight: warning: ${warning}\n`);
  }
}

/** @throws BacklightError for bad input; what was written by then is whole */
export async function runExplain(images: readonly string[], flags: ExplainFlags, io: CliIo): Promise<void> {
  const started = performance.now();
  const options = checkFlags(flags);
  await requireFolder(io.cwd, flags.out, '--out');
  if (flags.dump !== undefined) await requireFolder(io.cwd, flags.dump, '--dump');
  for (const image of images) await requireFile(io.cwd, image);

  const progress = new Progress(io);
  const warnBefore = setWarningHandler((message) => progress.warn(message));
  try {
    await useBackend(options.backend);
    progress.status.show('loading the weights');
    const source = await readModelSource(io.cwd, flags);
    const loaded = loadModel(source.bytes, source.options);
    using model = loaded.model;
    const settings = settingsFor(loaded, source.path, flags, options);
    const load = performance.now() - started;
    const pictures = await explainAll(images, settings, flags, progress);
    const { name, dtype, mode, threads } = backendInfo();
    const report: ExplainReport = {
      version: packageVersion(),
      backend: { name, dtype, mode, threads },
      model: {
        ...loaded.spec,
        weights: source.path,
        parameters: parameterCount(model),
        classes: loaded.labels.length,
      },
      preprocess: settings.preprocess,
      pictures,
      warnings: progress.warnings,
      timings: rounded({ load, total: performance.now() - started }),
    };
    io.stdout.write(flags.json ? `${JSON.stringify(report, null, 2)}\n` : footerText(report, io));
  } finally {
    progress.status.clear();
    setWarningHandler(warnBefore);
  }
}

type CheckedFlags = ReturnType<typeof checkFlags>;

function settingsFor(loaded: LoadedModel, path: string, flags: ExplainFlags, options: CheckedFlags): ExplainSettings {
  const { preprocess, labels } = loaded;
  if (!preprocess) {
    throw new ArgumentError(
      `${path}: the file does not say how pictures are prepared for this network; ` +
        'give --preprocess imagenet, caffe, cifar10 or a .json file',
    );
  }
  return {
    ...options,
    loaded,
    preprocess: options.size === undefined ? preprocess : atSize(preprocess, options.size),
    requests: parseClassRequests(flags.class ?? ['top:2'], labels),
    out: flags.out,
    ...(flags.layer === undefined ? {} : { layer: flags.layer }),
    ...(flags.dump === undefined ? {} : { dump: flags.dump }),
    usedNames: new Set(),
  };
}

/** The preprocessing with that size, in the same proportions, and no choice of others. */
function atSize({ sizes: _, resize, ...rest }: Preprocess, size: number): Preprocess {
  return { ...rest, size, ...(resize === undefined ? {} : { resize: Math.round((resize * size) / rest.size) }) };
}

/** One picture after the other: explained, written, told. */
async function explainAll(
  images: readonly string[],
  settings: ExplainSettings,
  flags: ExplainFlags,
  progress: Progress,
): Promise<PictureReport[]> {
  const { io, status } = progress;
  const names = stems(images);
  const reports: PictureReport[] = [];
  for (const [i, path] of images.entries()) {
    progress.about = path;
    status.show(`reading ${path}`);
    const begun = performance.now();
    const bytes = await readBytes(io.cwd, path, 'a PNG or JPEG file');
    const { report, files, overlays, decodedAt } = await explainPicture(
      bytes,
      path,
      names[i],
      settings,
      (step, number, total, share) => {
        progress.about = `${path}: ${step}`;
        const part = share > 0 ? `, ${Math.floor(share * 100)} %` : '';
        status.show(`${step} (${number} of ${total}${part}), ${path}`);
      },
    ).catch((error: unknown) => {
      throw named(error, path);
    });
    const explainedAt = performance.now();
    progress.about = path;
    warnOfBlankGradients(report);
    await writeFiles(io.cwd, files);
    const timings = rounded({
      decode: decodedAt - begun,
      explain: explainedAt - decodedAt,
      write: performance.now() - explainedAt,
    });
    reports.push({ ...report, timings });
    status.clear();
    if (!flags.json) io.stdout.write(pictureText({ ...report, timings }, overlays, io));
  }
  progress.about = '';
  return reports;
}

/** A mistake in the picture says which picture; one in an option stands for itself. */
function named(error: unknown, path: string): unknown {
  if (error instanceof BacklightError && !error.message.startsWith('--') && !error.message.includes(path)) {
    error.message = `${path}: ${error.message}`;
  }
  return error;
}

const blankReasons: Partial<Record<MethodName, string>> = {
  'guided-grad-cam': 'Grad-CAM and guided backpropagation have no place in common',
  occlusion: 'hiding a part of the picture lowers the score nowhere',
};

/** The maps of a layer warn themselves, and know why. */
function warnOfBlankGradients({ explanations }: Pick<PictureReport, 'explanations'>): void {
  for (const { method, blank, class: score } of explanations) {
    if (!blank || isCamMethod(method)) continue;
    const reason =
      blankReasons[method] ?? 'no gradient of the class reaches the picture (dead ReLUs, or a layer that passes none)';
    warn(`${method} of ${shortLabel(score.label)}: the picture is blank, because ${reason}`);
  }
}

/** The options that need no file. */
function checkFlags({ method, colormap, alpha, backend, maxPixels, size }: ExplainFlags) {
  const chosen =
    method?.map((name) => choice('--method', name, methodNames, '"backlight methods" lists all')) ?? defaultMethods;
  if (chosen.length === 0) throw new ArgumentError(`--method: expected one of ${methodNames.join(', ')}, got none`);
  return {
    methods: chosen,
    colormap: choice('--colormap', colormap, colorMaps, '"backlight methods" lists all'),
    backend: choice('--backend', backend, backendNames),
    ...(alpha === undefined
      ? {}
      : {
          alpha: numberBetween('--alpha', alpha, 0, 1, 'a number from 0 (only the picture) to 1 (only the heat map)'),
        }),
    ...(maxPixels === undefined ? {} : { maxPixels: positiveInteger('--max-pixels', maxPixels) }),
    ...(size === undefined ? {} : { size: wholeBetween('--size', size, 1, 4096) }),
  };
}

/** Fails before the weights are loaded where a picture is not there. */
async function requireFile(cwd: string, path: string): Promise<void> {
  if (path === '') throw new FileError('expected a PNG or JPEG file, got an empty name');
  const found = await stat(resolve(cwd, path)).catch(() => null);
  if (!found) throw new FileError(`${path}: there is no such file; expected a PNG or JPEG file, check the path`);
  if (found.isDirectory()) {
    throw new FileError(`${path}: it is a directory; expected a PNG or JPEG file, name the files in it`);
  }
}

function rounded<T extends Record<string, number>>(milliseconds: T): T {
  const entries = Object.entries(milliseconds).map(([key, value]) => [key, Math.round(value * 10) / 10]);
  return Object.fromEntries(entries) as T;
}
