/** Chapter 8: guided backpropagation as the notes have it; what its map depends on; three ways to show it. */
import {
  Conv2d,
  GuidedBackpropagation,
  Linear,
  ReLU,
  contactSheet,
  createPicture,
  init,
  inputGradient,
  manualSeed,
  noGrad,
  normalizeGradient,
  preprocess,
  rgbToGray,
  showGradient,
  type Module,
  type Picture,
  type RemovableHandle,
  type Tensor,
} from 'backlight';
import { cosine, largestDifference, openModel, openPicture, type Chapter } from './chapter.js';

// #region guided
class PlainGuided {
  readonly fh: Tensor[] = [];
  gradient: Tensor | null = null;
  readonly #handles: RemovableHandle[] = [];

  constructor(model: Module) {
    const layers = model.getSubmodule('features').children();
    for (const module of layers) {
      if (!(module instanceof ReLU)) continue;
      this.#handles.push(
        module.registerForwardHook((_module, _input, output) => {
          this.fh.push(output.detach());
        }),
        module.registerFullBackwardHook((_module, _gradIn, gradOut) => this.backwardHook(gradOut)),
      );
    }
    this.#handles.push(
      layers[0].registerFullBackwardHook((_module, [gradIn]) => {
        this.gradient = gradIn?.detach() ?? null;
      }),
    );
  }

  backwardHook([gradOut]: readonly (Tensor | null)[]): (Tensor | null)[] {
    const active = this.fh.pop()?.gt(0); // 1 where the forward pass was active, else 0
    return active && gradOut ? [gradOut.clamp(0).mul(active)] : [gradOut];
  }

  remove(): void {
    for (const handle of this.#handles) handle.remove();
  }
}
// #endregion guided

// #region ways
const range = (values: Float32Array): [number, number] =>
  values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity]);

function minMax(values: Float32Array): Float32Array {
  const [min, max] = range(values);
  return values.map((value) => (value - min) / (max - min));
}

function meanAndDeviation(values: Float32Array): [number, number] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return [mean, Math.sqrt(squares / values.length)]; // of the population, as NumPy's std()
}

/** Mean 0 and deviation 1: half of it is below 0, and black. */
function meanStd(values: Float32Array): Float32Array {
  const [mean, deviation] = meanAndDeviation(values);
  return values.map((value) => clip((value - mean) / deviation));
}

/** Mean 0.5 and deviation 0.1: the notes' way, and the library's `normalizeGradient`. */
function halfAndTenth(values: Float32Array): Float32Array {
  const [mean, deviation] = meanAndDeviation(values);
  return values.map((value) => clip(((value - mean) / deviation) * 0.1 + 0.5));
}

const clip = (value: number): number => Math.min(1, Math.max(0, value));
// #endregion ways

/** What both methods make of one network and one class. */
interface Maps {
  readonly gradient: Picture;
  readonly guided: Picture;
}

interface Facts {
  readonly fromLibrary: number;
  readonly ofNormalize: number;
  /** Cosine between the maps for cat and for airplane, of the picture of a cat. */
  readonly classes: { readonly gradient: number; readonly guided: number };
  /** Cosine between the trained network's map and that of one whose last layers are random: one, three, all. */
  readonly random: readonly { readonly layers: number; readonly gradient: number; readonly guided: number }[];
  /** Mean and deviation of what is shown, and the share of values that were clipped. */
  readonly shown: Readonly<Record<'minMax' | 'meanStd' | 'half', { mean: number; deviation: number; clipped: number }>>;
}

export async function run(): Promise<Chapter<Facts>> {
  const { model, labels, preprocess: spec } = await openModel();
  const { input, picture } = preprocess(await openPicture('cat.png'), { ...spec, size: 96 });
  const [cat, airplane] = [labels.indexOf('cat'), labels.indexOf('airplane')];

  // #region maps
  const guidedMap = async (classIndex: number): Promise<Picture> => {
    using gbp = new GuidedBackpropagation(model, [model.getSubmodule('features.0')]);
    model.call(input.requiresGrad_()).at(0, classIndex).backward();
    return (await gbp.rawImages())[0];
  };
  const gradientMap = async (classIndex: number): Promise<Picture> =>
    (await inputGradient(model, input, classIndex))[0];
  // #endregion maps
  const trained = { gradient: await gradientMap(cat), guided: await guidedMap(cat) };
  const other = { gradient: await gradientMap(airplane), guided: await guidedMap(airplane) };
  const plain = new PlainGuided(model);
  model.call(input).at(0, cat).backward();
  plain.remove();
  const fromLibrary = largestDifference(planes(trained.guided), plain.gradient?.dataSync() ?? []);

  // #region randomise
  const layers = model
    .modules()
    .filter((module) => module instanceof Conv2d || module instanceof Linear)
    .reverse(); // the classifier first
  manualSeed(1);
  const stages: (Maps & { layers: number })[] = [];
  for (const [i, { weight }] of layers.entries()) {
    const size = Math.sqrt(weight.square().mean().item());
    noGrad(() => init.normal_(weight, 0, size)); // as large as before, and meaningless
    const count = i + 1;
    if (![1, 3, layers.length].includes(count)) continue;
    stages.push({ layers: count, gradient: await gradientMap(cat), guided: await guidedMap(cat) });
  }
  // #endregion randomise

  const alike = (maps: Maps) => ({
    gradient: cosine(maps.gradient.data, trained.gradient.data),
    guided: cosine(maps.guided.data, trained.guided.data),
  });
  const classes = alike(other);
  const random = stages.map((stage) => ({ layers: stage.layers, ...alike(stage) }));
  const values = trained.guided.data;
  const tile = (title: string, data: Float32Array) => ({
    title,
    picture: createPicture(picture.width, picture.height, 3, data),
  });
  const sanity = (kind: 'gradient' | 'guided') => [
    { title: 'trained', picture: grey(trained[kind]) },
    ...stages.map((stage, i) => ({
      title: `${stage.layers}: ${random[i][kind].toFixed(2)}`,
      picture: grey(stage[kind]),
    })),
  ];
  const tileSize = picture.width;
  const pictures = {
    '08-guided': contactSheet(
      [
        { title: 'gradient', picture: showGradient(trained.gradient) },
        { title: 'guided', picture: showGradient(trained.guided) },
        { title: `gradient: ${classes.gradient.toFixed(2)}`, picture: showGradient(other.gradient) },
        { title: `guided: ${classes.guided.toFixed(2)}`, picture: showGradient(other.guided) },
      ],
      { columns: 2, tileSize: 2 * tileSize, rowHeadings: ['for the class cat', 'for airplane, and the cosine to cat'] },
    ),
    '08-random-weights': contactSheet([...sanity('gradient'), ...sanity('guided')], {
      columns: 4,
      tileSize: 120,
      rowHeadings: ['gradient; last layers random: cosine', 'guided; last layers random: cosine'],
    }),
    '08-normalise': contactSheet(
      [
        tile('as it is', values.map(clip)),
        tile('min-max', minMax(values)),
        tile('mean-std', meanStd(values)),
        tile('0.5 and 0.1', halfAndTenth(values)),
      ],
      { columns: 4, tileSize },
    ),
  };
  return {
    pictures,
    facts: {
      fromLibrary,
      ofNormalize: largestDifference(halfAndTenth(values), normalizeGradient(values)),
      classes,
      random,
      shown: { minMax: shown(minMax(values)), meanStd: shown(meanStd(values)), half: shown(halfAndTenth(values)) },
    },
  };
}

function shown(values: Float32Array): { mean: number; deviation: number; clipped: number } {
  const [mean, deviation] = meanAndDeviation(values);
  const clipped = values.filter((value) => value === 0 || value === 1).length / values.length;
  return { mean, deviation, clipped };
}

/** A map to look at, without its colours. */
function grey(map: Picture): Picture {
  return rgbToGray(showGradient(map));
}

/** [H,W,3] as it lies in a tensor: [3,H,W]. */
function planes({ width, height, data }: Picture): Float32Array {
  return Float32Array.from(data, (_, i) => data[(i % (width * height)) * 3 + Math.floor(i / (width * height))]);
}
