/** ONNX op -> ours. What an op means is said at https://onnx.ai/onnx/operators/, by version of the operator set. */
import type { NodeOp } from './node-call.js';
import { arithmetic } from './ops/arithmetic.js';
import { convolution } from './ops/convolution.js';
import { functions } from './ops/functions.js';
import { glue } from './ops/glue.js';
import { indexing } from './ops/indexing.js';
import { layout } from './ops/layout.js';
import { losses } from './ops/losses.js';
import { normalization } from './ops/normalization.js';
import { pooling } from './ops/pooling.js';
import { reductions } from './ops/reductions.js';
import { resizing } from './ops/resizing.js';
import type { Node } from './proto.js';

const libraryOps: Readonly<Record<string, NodeOp>> = {
  ...arithmetic,
  ...convolution,
  ...functions,
  ...indexing,
  ...layout,
  ...losses,
  ...normalization,
  ...pooling,
  ...reductions,
  ...resizing,
};

/** `Conv`, or `ai.onnx.ml.Scaler` outside of ONNX's own domain. */
export function opName({ domain, opType }: Node): string {
  return domain === '' ? opType : `${domain}.${opType}`;
}

export function findOp(node: Node): NodeOp | undefined {
  const name = opName(node);
  return libraryOps[name] ?? glue[name];
}

const GRADIENT = 'ai.onnx.preview.training.Gradient';

/** The one node that is not computed by an op. */
export function isGradient(node: Node): boolean {
  return opName(node) === GRADIENT;
}

/** Whether nodes of that op can be computed. */
export function hasOp(name: string): boolean {
  return name in libraryOps || name in glue || name === GRADIENT;
}

/** Whether the runner computes this itself, and the library has no part in it. */
export function isGlue(name: string): boolean {
  return name in glue;
}
