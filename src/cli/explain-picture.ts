/** One picture from its bytes to the files that explain it; nothing is written here. */
import { join } from 'node:path';
import { explain, type Explanation, type ExplainResult } from '../cam/explain.js';
import type { MethodName } from '../cam/methods.js';
import type { ColorMapName } from '../image/colormaps.js';
import type { Tile } from '../image/contact-sheet.js';
import { decodeImage } from '../image/decode.js';
import type { Picture } from '../image/picture.js';
import { encodePng } from '../image/png.js';
import type { LoadedModel } from '../weights/load-model.js';
import { writeNpy } from '../weights/npy.js';
import { pictureToDrawOn, preprocess, seenRegion } from '../weights/preprocess.js';
import { workingSize } from '../weights/working-size.js';
import type { Preprocess } from '../weights/preprocess-spec.js';
import { rankClasses, resolveClasses, shortLabel, type ClassRequest } from './class-choice.js';
import type { ClassScore, ExplanationReport, PictureReport } from './explain-report.js';
import { explanationSheet, presentable } from './explain-sheet.js';
import { slug, unique, type OutputFile } from './files.js';
import { chooseLayer, traceModel } from './model-trace.js';

export interface ExplainSettings {
  readonly loaded: LoadedModel;
  readonly preprocess: Preprocess;
  readonly requests: readonly ClassRequest[];
  readonly layer?: string;
  readonly methods: readonly MethodName[];
  readonly colormap: ColorMapName;
  readonly alpha?: number;
  readonly maxPixels?: number;
  readonly out: string;
  readonly dump?: string;
  /** File names that are taken, in all of the run. */
  readonly usedNames: Set<string>;
}

/** Without the times, which the caller measures. */
export interface ExplainedPicture {
  readonly report: Omit<PictureReport, 'timings'>;
  readonly files: readonly OutputFile[];
  /** What a terminal may show: the Grad-CAM overlays by class (or what there is instead). */
  readonly overlays: readonly Tile[];
  /** When decoding was over, in milliseconds of `performance.now()`. */
  readonly decodedAt: number;
}

/** @param name as the user wrote it; @param stem what the files' names begin with */
export async function explainPicture(
  bytes: Uint8Array,
  name: string,
  stem: string,
  settings: ExplainSettings,
  onStep: (step: string, number: number, total: number, share: number) => void,
): Promise<ExplainedPicture> {
  const { loaded, requests, methods, colormap, alpha, maxPixels } = settings;
  const { model, labels } = loaded;
  const picture = decodeImage(bytes, { name, ...(maxPixels === undefined ? {} : { maxPixels }) });
  const decodedAt = performance.now();
  const { preprocess: spec, tried } = await workingSize(model, picture, settings.preprocess, (probabilities) =>
    certaintyOf(requests, probabilities),
  );
  const { input } = preprocess(picture, spec);
  try {
    const layer = chooseLayer(traceModel(loaded.spec, input.shape), settings.layer);
    const drawnOn = pictureToDrawOn(picture, spec);
    const result = await explain(model, input, drawnOn, {
      layer: model.getSubmodule(layer.name),
      classes: (logits) => resolveClasses(requests, logits),
      methods,
      colormap,
      order: spec.order,
      ...(alpha === undefined ? {} : { alpha }),
      onStep: (done, total, step, index, share) =>
        onStep(`${step} of ${shortLabel(labels[index])}`, done + 1, total, share),
    });

    const files = new FileList(settings, stem);
    const scoreOf = scoresOf(result, labels);
    const names = classNames(labels);
    const explanations = result.explanations.map((explanation) =>
      addExplanation(files, explanation, drawnOn, names[explanation.classIndex], scoreOf(explanation.classIndex)),
    );
    if (settings.dump !== undefined) {
      files.addNpy('input', await input.data(), input.shape);
      files.addNpy('logits', result.logits, [result.logits.length]);
      dumpCaptured(files, result, names);
    }
    const sheet = files.addPng('sheet', explanationSheet(drawnOn, result.explanations, scoreOf));
    const [, ...layerShape] = layer.shape ?? [];
    const report = {
      file: name,
      width: picture.width,
      height: picture.height,
      region: seenRegion(picture, spec),
      input: input.shape,
      sizes: tried,
      layer: { name: layer.name, type: layer.type, shape: layerShape },
      top: rankClasses(result.logits).slice(0, 5).map(scoreOf),
      explanations,
      sheet,
      files: files.all.map(({ path }) => path),
    };
    return { report, files: files.all, overlays: overlaysOf(result.explanations, labels), decodedAt };
  } finally {
    input.dispose();
  }
}

/** The highest probability among the classes that are asked for by name; without such, among all. */
function certaintyOf(requests: readonly ClassRequest[], probabilities: Float32Array): number {
  const named = requests.flatMap((request) => ('index' in request ? [probabilities[request.index]] : []));
  return Math.max(...(named.length > 0 ? named : probabilities));
}

/** The files of one picture. */
class FileList {
  readonly all: OutputFile[] = [];

  constructor(
    readonly settings: ExplainSettings,
    readonly stem: string,
  ) {}

  addPng(what: string, picture: Picture): string {
    return this.#add(this.settings.out, what, 'png', encodePng(picture));
  }

  /** Adds values if they were asked for. */
  addNpy(what: string, data: Float32Array, shape: readonly number[]): string | undefined {
    const { dump } = this.settings;
    return dump === undefined ? undefined : this.#add(dump, what, 'npy', writeNpy(data, shape));
  }

  #add(folder: string, what: string, ending: string, bytes: Uint8Array): string {
    const path = join(folder, unique(`${this.stem}-${what}`, `.${ending}`, this.settings.usedNames));
    this.all.push({ path, bytes });
    return path;
  }
}

function addExplanation(
  files: FileList,
  explanation: Explanation,
  drawnOn: Picture,
  name: string,
  score: ClassScore,
): ExplanationReport {
  const { method, blank, raw, mask } = explanation;
  const base = `${name}-${method}`;
  const image = files.addPng(base, presentable(explanation.image, drawnOn));
  const maskFile = mask ? files.addPng(method === 'grad-cam' ? `${name}-mask` : `${base}-mask`, mask) : undefined;
  const shape = raw.channels === 1 ? [raw.height, raw.width] : [raw.height, raw.width, raw.channels];
  const rawFile = files.addNpy(base, raw.data, shape);
  return {
    class: score,
    method,
    blank,
    range: rangeOf(raw.data),
    files: {
      image,
      ...(maskFile === undefined ? {} : { mask: maskFile }),
      ...(rawFile === undefined ? {} : { raw: rawFile }),
    },
  };
}

function dumpCaptured(files: FileList, { captured }: ExplainResult, names: readonly string[]): void {
  captured.forEach(({ classIndex, shape, activation, gradient }, i) => {
    if (i === 0) files.addNpy('layer-activations', activation, shape);
    files.addNpy(`${names[classIndex]}-layer-gradients`, gradient, shape);
  });
}

function scoresOf({ logits, probabilities }: ExplainResult, labels: readonly string[]): (index: number) => ClassScore {
  return (index) => ({ index, label: labels[index], probability: probabilities[index], logit: logits[index] });
}

/** A file name's part for each class; classes whose names come out alike get their number too. */
function classNames(labels: readonly string[]): string[] {
  const names = labels.map((label) => slug(shortLabel(label)));
  const count = new Map<string, number>();
  for (const name of names) count.set(name, (count.get(name) ?? 0) + 1);
  return names.map((name, index) => {
    if (name === '') return `class-${index}`;
    return count.get(name) === 1 ? name : `${name}-${index}`;
  });
}

function rangeOf(values: Float32Array): { min: number; max: number } {
  let [min, max] = [Infinity, -Infinity];
  for (const value of values) {
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return { min, max };
}

function overlaysOf(explanations: readonly Explanation[], labels: readonly string[]): Tile[] {
  const heat = explanations.filter(({ method }) => method === 'grad-cam');
  return (heat.length > 0 ? heat : explanations).map(({ classIndex, image }) => ({
    title: shortLabel(labels[classIndex]),
    picture: image,
  }));
}
