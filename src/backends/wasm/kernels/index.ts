/** Everything the module exports; ../kernels.ts has the same list as TypeScript types. */
export { unary, fill } from './elementwise';
export { binary, binaryRow } from './broadcast';
export { where } from './where';
export { reduceSum, reduceMax } from './reduce';
export { softmax, softmaxGrad } from './softmax';
export { stridedRows, transposeRows, copyRows, oneHot } from './layout';
export { band } from './band';
export { maxPool, maxPoolIndices } from './pool';
export { gather, scatterAdd } from './indexing';
export { argsort } from './sort';
export { packRows } from './gemm';
export { matmul, matmulScratch, vectorMatrix } from './matmul';
export { packWeights, conv2d, conv2dScratch } from './conv2d';
export { conv2dWeight, conv2dWeightScratch } from './conv2d-weight';
export { winograd, winogradScratch, winogradWeights } from './winograd';
export { winogradWeightSums, winogradWeightFinish, winogradWeightScratch } from './winograd-weight';
