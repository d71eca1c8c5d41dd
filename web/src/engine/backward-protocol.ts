/** What the view that steps through backward asks for and gets. */
import type { Picture } from 'backlight/image/picture.js';
import type { EngineChoice, ModelSource, PictureSource } from './protocol.js';

/** What the ReLUs do with the gradient: by a rule, or by the learner's own code. */
export type ReluRule =
  { readonly kind: 'plain' | 'deconvnet' | 'guided' } | { readonly kind: 'code'; readonly code: string };

export interface BackwardParams {
  readonly engine: EngineChoice;
  readonly model: ModelSource;
  readonly picture: PictureSource;
  readonly size: number | null;
  readonly classIndex: number | null;
  readonly rule: ReluRule;
  /** How many ReLUs, counted from the output, follow the rule; the rest is plain. null: all of them. */
  readonly reach: number | null;
}

/** A tensor as a hook's argument is shown. */
export interface TensorNote {
  readonly shape: readonly number[];
  readonly min: number;
  readonly max: number;
  /** The share of values that are not 0. */
  readonly alive: number;
}

/** One module that does the work, in the order of the forward pass. */
export interface NodeInfo {
  readonly name: string;
  readonly type: string;
  readonly extra: string;
  readonly shape: readonly number[];
  readonly isRelu: boolean;
  /** The mean over the channels; for a vector its values in a row. */
  readonly picture: Picture;
  /** The most active channels. */
  readonly channels: readonly { readonly index: number; readonly picture: Picture }[];
}

/** What the three rules let through at a ReLU; sums over the channels. */
export interface Passed {
  readonly rule: 'plain' | 'deconvnet' | 'guided';
  readonly picture: Picture;
  /** The share of values that are not 0. */
  readonly alive: number;
}

/** A backward hook that fired. */
export interface FiredHook {
  /** Index into `nodes`. */
  readonly node: number;
  readonly gradOutput: TensorNote | null;
  readonly gradInput: TensorNote | null;
  /** What the rule or the code returned in gradInput's place. */
  readonly returned: TensorNote | null;
  /** The gradient that arrived, summed over the channels. */
  readonly arrived: Picture | null;
  readonly passed: readonly Passed[];
}

export interface BackwardResult {
  readonly classIndex: number;
  readonly labels: readonly string[];
  readonly logit: number;
  readonly nodes: readonly NodeInfo[];
  /** In the order in which they fired: from the output to the input. */
  readonly fired: readonly FiredHook[];
  /** The gradient at the picture, made presentable. */
  readonly inputGradient: Picture;
  readonly inputNote: TensorNote;
  /** The picture as the network sees it. */
  readonly seen: Picture;
}
