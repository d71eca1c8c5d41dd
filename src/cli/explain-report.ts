/** What `explain --json` prints; docs/cli-json.md describes it for users. */
import type { MethodName } from '../cam/methods.js';
import type { Preprocess } from '../weights/preprocess-spec.js';
import type { ModelSpec } from '../weights/model-registry.js';
import type { TriedSize } from '../weights/working-size.js';
import type { Region } from '../weights/preprocess.js';

export interface ClassScore {
  readonly index: number;
  readonly label: string;
  readonly probability: number;
  readonly logit: number;
}

export interface ExplanationReport {
  readonly class: ClassScore;
  readonly method: MethodName;
  /** Whether there is nothing to see: all values are 0. */
  readonly blank: boolean;
  /** The smallest and the largest value before scaling. */
  readonly range: { readonly min: number; readonly max: number };
  /** Paths as written: the picture, for Grad-CAM the mask, with --dump the values. */
  readonly files: { readonly image: string; readonly mask?: string; readonly raw?: string };
}

/** Milliseconds. */
export interface PictureTimings {
  readonly decode: number;
  readonly explain: number;
  readonly write: number;
}

export interface PictureReport {
  readonly file: string;
  readonly width: number;
  readonly height: number;
  /** The part of the picture that the network sees, in its pixels. */
  readonly region: Region;
  /** The network's input. */
  readonly input: readonly number[];
  /** How sure the network is at each size that was tried; empty where there was one only. */
  readonly sizes: readonly TriedSize[];
  /** The layer that Grad-CAM looks at, and its output without the batch: [K,h,w]. */
  readonly layer: { readonly name: string; readonly type: string; readonly shape: readonly number[] };
  /** The five classes of the highest scores, the highest first. */
  readonly top: readonly ClassScore[];
  readonly explanations: readonly ExplanationReport[];
  readonly sheet: string;
  /** Every file that was written for this picture. */
  readonly files: readonly string[];
  readonly timings: PictureTimings;
}

export interface ExplainReport {
  /** The program's version. */
  readonly version: string;
  readonly backend: { readonly name: string; readonly dtype: string; readonly mode: string; readonly threads: number };
  readonly model: ModelSpec & { readonly weights: string; readonly parameters: number; readonly classes: number };
  readonly preprocess: Preprocess;
  readonly pictures: readonly PictureReport[];
  readonly warnings: readonly string[];
  /** Milliseconds: reading and checking the weights, and all of it. */
  readonly timings: { readonly load: number; readonly total: number };
}
