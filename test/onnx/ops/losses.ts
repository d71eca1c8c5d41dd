/** ONNX's losses of classifiers. */
import { crossEntropy, logSoftmax, nllLoss, type Reduction } from '../../../src/index.js';
import type { NodeCall, NodeOp } from '../node-call.js';

const reductions: readonly string[] = ['mean', 'sum', 'none'] satisfies Reduction[];

function isReduction(name: string): name is Reduction {
  return reductions.includes(name);
}

function lossOptions(call: NodeCall) {
  const reduction = call.text('reduction', 'mean');
  if (!isReduction(reduction)) throw new Error(`unknown reduction ${reduction}`);
  return { reduction, weight: call.optionalTensor(2), ignoreIndex: call.int('ignore_index', undefined) };
}

/** The second output is the logarithm of the probabilities. */
const softmaxCrossEntropy: NodeOp = (call) => {
  const loss = crossEntropy(call.tensor(0), call.tensor(1), lossOptions(call));
  return call.wants(1) ? [loss, logSoftmax(call.tensor(0), 1)] : loss;
};

export const losses: Readonly<Record<string, NodeOp>> = {
  NegativeLogLikelihoodLoss: (call) => nllLoss(call.tensor(0), call.tensor(1), lossOptions(call)),
  SoftmaxCrossEntropyLoss: softmaxCrossEntropy,
};
