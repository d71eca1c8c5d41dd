/** From a picture's bytes to what the network sees: decoded, prepared and classified by the library's own code. */
import {
  createPicture,
  decodeImage,
  noGrad,
  pictureToDrawOn,
  preprocess,
  seenRegion,
  softmax,
  tidy,
  workingSize,
  type Picture,
  type Preprocess,
  type Tensor,
  type WorkingSize,
} from 'backlight';
import { chooseLayer, traceModel, type TracedModule } from 'backlight/cli/model-trace.js';
import type { ReadyModel } from './engine-state.js';
import type { Look, PictureSource } from './protocol.js';
import type { Stopwatch } from './stopwatch.js';
import type { Task } from './task.js';

/** A picture as a network sees it; the input is this object's to free. */
export interface Seen extends Disposable {
  readonly input: Tensor;
  readonly spec: Preprocess;
  readonly look: Look;
  readonly modules: readonly TracedModule[];
}

let decoded: { readonly key: string; readonly picture: Picture } | null = null;
/** The sizes at which networks were surest of this picture, so that they need not be looked for again. */
const chosen = new Map<string, WorkingSize>();

/** What is to be looked at, and how. */
export interface LookRequest {
  readonly picture: PictureSource;
  readonly size: number | null;
  /** A class that was asked for; null: whichever is the top one. */
  readonly classIndex: number | null;
}

export async function lookAt(ready: ReadyModel, request: LookRequest, task: Task, watch: Stopwatch): Promise<Seen> {
  const picture = await decode(request.picture, task, watch);
  await task.pause();
  const { preprocess: spec, tried } = await choose(ready, request, picture, watch);
  await task.pause();
  const { input } = preprocess(picture, spec);
  try {
    watch.start('forward');
    const { logits, probabilities } = await classify(ready, input);
    watch.stop();
    const modules = traceModel(ready.spec, input.shape);
    const look: Look = {
      view: pictureToDrawOn(picture, spec),
      width: picture.width,
      height: picture.height,
      region: seenRegion(picture, spec),
      input: input.shape,
      size: spec.size,
      tried,
      sizes: ready.preprocess.sizes ?? [],
      labels: ready.labels,
      logits,
      probabilities,
      layers: modules
        .filter(({ hasMap, name }) => hasMap && name !== '')
        .map(({ name, type, shape }) => ({ name, type, shape: (shape ?? []).slice(1) })),
    };
    return { input, spec, look, modules, [Symbol.dispose]: () => input.dispose() };
  } catch (error) {
    input.dispose();
    throw error;
  }
}

/** The layer of that name where it has a map at this size, else the deepest that has. */
export function usableLayer({ modules }: Seen, name: string | null): string {
  const usable = modules.some((module) => module.name === name && module.hasMap);
  return chooseLayer(modules, usable && name !== null ? name : undefined).name;
}

async function decode(source: PictureSource, task: Task, watch: Stopwatch): Promise<Picture> {
  if (decoded?.key === source.key) return decoded.picture;
  task.progress(`reading ${source.name}`);
  let picture: Picture;
  if (source.kind === 'file') {
    const bytes = new Uint8Array(await source.file.arrayBuffer());
    watch.start('decode');
    picture = decodeImage(bytes, { name: source.name });
  } else {
    watch.start('decode');
    picture = fromRgba(source.rgba, source.width, source.height);
  }
  watch.stop();
  decoded = { key: source.key, picture };
  chosen.clear();
  return picture;
}

/** A camera's frame is opaque: its alpha is left out. */
function fromRgba(rgba: Uint8ClampedArray, width: number, height: number): Picture {
  const data = new Float32Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) data[3 * i + c] = rgba[4 * i + c] / 255;
  }
  return createPicture(width, height, 3, data);
}

/** As the command line does it: at which the network is surest of the class that was asked for, else of any. */
async function choose(
  ready: ReadyModel,
  { size, classIndex }: LookRequest,
  picture: Picture,
  watch: Stopwatch,
): Promise<WorkingSize> {
  const key = JSON.stringify([ready.key, classIndex]);
  const known = chosen.get(key);
  if (size !== null) return { preprocess: atSize(ready.preprocess, size), tried: known?.tried ?? [] };
  if (known) return known;
  if ((ready.preprocess.sizes?.length ?? 0) > 1) watch.start('choose the size');
  const found = await workingSize(ready.model, picture, ready.preprocess, (probabilities) =>
    classIndex === null ? Math.max(...probabilities) : probabilities[classIndex],
  );
  watch.stop();
  chosen.set(key, found);
  return found;
}

/** The preprocessing with that size, in the same proportions, and no choice of others: as the command line's --size. */
function atSize({ sizes: _, resize, ...rest }: Preprocess, size: number): Preprocess {
  return { ...rest, size, ...(resize === undefined ? {} : { resize: Math.round((resize * size) / rest.size) }) };
}

async function classify({ model }: ReadyModel, input: Tensor) {
  const [logits, probabilities] = noGrad(() =>
    tidy(() => {
      const scores = model.call(input);
      return [scores, softmax(scores, 1)];
    }),
  );
  try {
    return { logits: await logits.data(), probabilities: await probabilities.data() };
  } finally {
    logits.dispose();
    probabilities.dispose();
  }
}
