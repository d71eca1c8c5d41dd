/** ONNX's reductions. */
import { amax, amin, clone, log, logsumexp, mean, mul, norm, prod, sum } from '../../../src/index.js';
import { normalizeDims } from '../../../src/tensor/shape.js';
import type { Tensor } from '../../../src/tensor/tensor.js';
import type { NodeCall, NodeOp } from '../node-call.js';

type Reduction = (x: Tensor, dims: number[] | undefined, keepdim: boolean) => Tensor;

/** The dimensions are an input in ReduceSum from opset 13 on, in the others from 18 on, and an attribute before. */
function reducedAxes(call: NodeCall): number[] | undefined {
  const isInput = call.opset >= (call.node.opType === 'ReduceSum' ? 13 : 18);
  return isInput ? call.numbers(1) : call.ints('axes');
}

const reduction =
  (f: Reduction): NodeOp =>
  (call) => {
    const axes = reducedAxes(call);
    const nothing = call.flag('noop_with_empty_axes') && !axes?.length;
    const keepdim = call.flag('keepdims', true);
    return nothing ? clone(call.tensor(0)) : f(call.tensor(0), axes, keepdim);
  };

export const reductions: Readonly<Record<string, NodeOp>> = {
  ReduceSum: reduction(sum),
  ReduceMean: reduction(mean),
  ReduceMax: reduction(amax),
  ReduceMin: reduction(amin),
  ReduceL1: reduction((x, dims, keepdim) => norm(x, 1, dims, keepdim)),
  ReduceL2: reduction((x, dims, keepdim) => norm(x, 2, dims, keepdim)),
  ReduceLogSum: reduction((x, dims, keepdim) => log(sum(x, dims, keepdim))),
  ReduceLogSumExp: reduction(logsumexp),
  ReduceProd: reduction((x, dims, keepdim) => {
    const all = normalizeDims(dims, x.ndim, 'ReduceProd');
    return all.reduceRight((product, dim) => prod(product, dim, keepdim), x);
  }),
  ReduceSumSquare: reduction((x, dims, keepdim) => sum(mul(x, x), dims, keepdim)),
};
