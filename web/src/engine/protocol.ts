/**
 * What page and worker say to each other. Every request names all it is about (engine, network, picture), and the worker keeps
 * what it has made of them by their keys: so a worker that was ended can be replaced by a new one at any time.
 */
import type { MethodName } from 'backlight/cam/methods.js';
import type { Picture } from 'backlight/image/picture.js';
import type { Region } from 'backlight/weights/preprocess.js';
import type { Preprocess, PreprocessPreset } from 'backlight/weights/preprocess-spec.js';
import type { TriedSize } from 'backlight/weights/working-size.js';
import type { BackwardParams, BackwardResult } from './backward-protocol.js';

export type EngineChoice =
  | { readonly kind: 'wasm'; /** null: all cores */ readonly threads: number | null }
  | { readonly kind: 'gpu'; readonly mode: 'webgl2' | 'webgpu' };

/** What really runs. */
export interface EngineInfo {
  readonly name: string;
  readonly mode: string;
  readonly threads: number;
  readonly adapter: string | null;
  /** Cores that could be used if memory were shared. */
  readonly cores: number;
  readonly isolated: boolean;
  /** The networks that the library knows by name. */
  readonly networks: readonly string[];
}

/** A weight file, and what the user says of it. */
export interface ModelSource {
  readonly key: string;
  readonly name: string;
  readonly file: Blob;
  readonly network?: string;
  readonly preprocess?: PreprocessPreset;
  /** Class names as text: one a line, or a JSON array. */
  readonly labels?: { readonly name: string; readonly text: string };
  /** Same network, random weights: what is left of an explanation then did not come from training. */
  readonly randomised?: boolean;
}

/** The bytes of a file, or a frame of a camera. */
export type PictureSource =
  | { readonly kind: 'file'; readonly key: string; readonly name: string; readonly file: Blob }
  | {
      readonly kind: 'frame';
      readonly key: string;
      readonly name: string;
      readonly width: number;
      readonly height: number;
      readonly rgba: Uint8ClampedArray;
    };

export interface LayerInfo {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly number[];
}

export interface ModelInfo {
  readonly key: string;
  readonly name: string;
  readonly network: string;
  readonly labels: readonly string[];
  readonly parameters: number;
  readonly preprocess: Preprocess;
}

/** What the network sees in a picture, before anything is explained. */
export interface Look {
  /** The picture to draw on. */
  readonly view: Picture;
  readonly width: number;
  readonly height: number;
  readonly region: Region;
  readonly input: readonly number[];
  /** The working size, and those that were tried. */
  readonly size: number;
  readonly tried: readonly TriedSize[];
  /** Those that can be chosen among; empty where the network has one. */
  readonly sizes: readonly number[];
  readonly labels: readonly string[];
  readonly logits: Float32Array;
  readonly probabilities: Float32Array;
  /** Layers with a map of more than one place. */
  readonly layers: readonly LayerInfo[];
}

/** One method's answer for one class at one layer. */
export interface MapResult {
  readonly method: MethodName;
  readonly classIndex: number;
  readonly layer: string;
  /** 0..1, of the view's size; null for a gradient. */
  readonly mask: Picture | null;
  readonly raw: Picture;
  /** A gradient made presentable; for a heat map the same as an overlay, in the default colours. */
  readonly image: Picture;
  readonly blank: boolean;
}

export interface StepTime {
  readonly step: string;
  readonly milliseconds: number;
}

export interface ExplainParams {
  readonly engine: EngineChoice;
  readonly model: ModelSource;
  readonly picture: PictureSource;
  /** A size in pixels, or null for the one at which the network is surest. */
  readonly size: number | null;
  /** null: the top class. */
  readonly classIndex: number | null;
  /** null, or one that has no map at this size: the deepest that has. */
  readonly layer: string | null;
  readonly methods: readonly MethodName[];
}

export interface ExplainResult {
  readonly engine: EngineInfo;
  readonly classIndex: number;
  readonly layer: string;
  readonly maps: readonly MapResult[];
  readonly times: readonly StepTime[];
  readonly warnings: readonly string[];
}

export interface Calls {
  info: { params: { readonly engine: EngineChoice }; result: EngineInfo };
  describe: { params: { readonly engine: EngineChoice; readonly model: ModelSource }; result: ModelInfo };
  explain: { params: ExplainParams; result: ExplainResult };
  backward: { params: BackwardParams; result: BackwardResult };
}

export type CallName = keyof Calls;

/** What is told before the result is there. */
export type Part = { readonly kind: 'look'; readonly look: Look } | { readonly kind: 'log'; readonly text: string };

export interface Progress {
  readonly text: string;
  /** 0..1, or null where nobody knows. */
  readonly share: number | null;
}

export type Request = { [Name in CallName]: { readonly name: Name; readonly params: Calls[Name]['params'] } }[CallName];

export type ToWorker =
  | { readonly kind: 'call'; readonly id: number; readonly request: Request; readonly stop: Int32Array | null }
  | { readonly kind: 'cancel'; readonly id: number };

export type FromWorker =
  | { readonly kind: 'progress'; readonly id: number; readonly progress: Progress }
  | { readonly kind: 'part'; readonly id: number; readonly part: Part }
  /** User code begins: from here on its time counts. */
  | { readonly kind: 'hook-begins'; readonly id: number }
  | { readonly kind: 'done'; readonly id: number; readonly result: Calls[CallName]['result'] }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string; readonly cancelled: boolean };
