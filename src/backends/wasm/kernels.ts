/**
 * What the wasm module exports, as TypeScript sees it: the same list as kernels/index.ts.
 *
 * Pointers are byte addresses. They may be passed as any number below 2^32; those that come back are signed.
 * Those that compute end with the range [begin, end) of output units they work on, named in the kernel's own comment; before
 * it comes, where there is one, the scratch memory of the calling thread. `WasmMachine.run` fills in both.
 */
export interface Kernels {
  unary(op: number, x: number, y: number, p: number, q: number, begin: number, end: number): void;
  fill(y: number, value: number, begin: number, end: number): void;
  binary(op: number, a: number, b: number, y: number, dims: number, begin: number, end: number): void;
  binaryRow(
    op: number,
    a: number,
    aStep: number,
    b: number,
    bStep: number,
    y: number,
    begin: number,
    end: number,
  ): void;
  where(condition: number, a: number, b: number, y: number, dims: number, begin: number, end: number): void;
  reduceSum(x: number, y: number, axis: number, inner: number, begin: number, end: number): void;
  reduceMax(x: number, y: number, axis: number, inner: number, begin: number, end: number): void;
  softmax(x: number, y: number, axis: number, inner: number, logarithm: number, begin: number, end: number): void;
  softmaxGrad(g: number, y: number, out: number, axis: number, inner: number, begin: number, end: number): void;
  channelMoments(
    x: number,
    y: number,
    outer: number,
    channels: number,
    inner: number,
    scratch: number,
    begin: number,
    end: number,
  ): void;
  normalize(
    x: number,
    y: number,
    mean: number,
    inverse: number,
    weight: number,
    bias: number,
    channels: number,
    inner: number,
    begin: number,
    end: number,
  ): void;
  normalizeSums(
    g: number,
    x: number,
    mean: number,
    inverse: number,
    y: number,
    outer: number,
    channels: number,
    inner: number,
    scratch: number,
    begin: number,
    end: number,
  ): void;
  channelsScratch(): number;
  normalizeGrad(
    g: number,
    x: number,
    dx: number,
    mean: number,
    inverse: number,
    weight: number,
    sums: number,
    count: number,
    channels: number,
    inner: number,
    begin: number,
    end: number,
  ): void;
  stridedRows(x: number, y: number, dims: number, begin: number, end: number): void;
  transposeRows(x: number, xStep: number, y: number, yStep: number, columns: number, begin: number, end: number): void;
  copyRows(x: number, xStep: number, y: number, yStep: number, n: number, begin: number, end: number): void;
  oneHot(indices: number, y: number, classes: number, begin: number, end: number): void;
  band(
    x: number,
    y: number,
    starts: number,
    counts: number,
    weights: number,
    rows: number,
    columns: number,
    taps: number,
    inner: number,
    begin: number,
    end: number,
  ): void;
  maxPool(x: number, y: number, call: number, begin: number, end: number): void;
  maxPoolIndices(x: number, y: number, call: number, begin: number, end: number): void;
  gather(x: number, indices: number, y: number, size: number, count: number, begin: number, end: number): void;
  scatterAdd(g: number, indices: number, y: number, size: number, count: number, begin: number, end: number): void;
  argsort(x: number, y: number, size: number, descending: number, scratch: number, begin: number, end: number): void;
  packRows(
    x: number,
    to: number,
    rows: number,
    rowStep: number,
    k: number,
    kStep: number,
    begin: number,
    end: number,
  ): void;
  matmul(
    packedA: number,
    b: number,
    c: number,
    m: number,
    k: number,
    n: number,
    kStep: number,
    columnStep: number,
    scratch: number,
    begin: number,
    end: number,
  ): void;
  matmulScratch(): number;
  vectorMatrix(
    x: number,
    b: number,
    y: number,
    k: number,
    kStep: number,
    columnStep: number,
    begin: number,
    end: number,
  ): void;
  vectorRows(
    x: number,
    b: number,
    y: number,
    k: number,
    n: number,
    share: number,
    skip: number,
    begin: number,
    end: number,
  ): void;
  packWeights(
    w: number,
    to: number,
    rows: number,
    rowStep: number,
    channels: number,
    channelStep: number,
    tapAt: number,
    tapCount: number,
    begin: number,
    end: number,
  ): void;
  conv2d(call: number, scratch: number, begin: number, end: number): void;
  conv2dScratch(call: number): number;
  conv2dWeight(call: number, dw: number, scratch: number, begin: number, end: number): void;
  conv2dWeightScratch(call: number): number;
  depthwise(call: number, begin: number, end: number): void;
  depthwiseWeight(call: number, dw: number, begin: number, end: number): void;
  winogradWeights(
    w: number,
    to: number,
    rows: number,
    rowStep: number,
    channels: number,
    channelStep: number,
    flip: number,
    scratch: number,
    begin: number,
    end: number,
  ): void;
  winogradRows(): number;
  winogradInput(
    call: number,
    v: number,
    first: number,
    count: number,
    scratch: number,
    begin: number,
    end: number,
  ): void;
  winogradInputScratch(): number;
  winogradProducts(
    call: number,
    v: number,
    first: number,
    count: number,
    scratch: number,
    begin: number,
    end: number,
  ): void;
  winogradProductsScratch(call: number): number;
  winogradBlocks(call: number, tiles: number, scratch: number, begin: number, end: number): void;
  winogradBlocksScratch(call: number): number;
  winogradInputQuads(
    call: number,
    v: number,
    first: number,
    count: number,
    scratch: number,
    begin: number,
    end: number,
  ): void;
  winogradGradient(
    call: number,
    g: number,
    first: number,
    count: number,
    scratch: number,
    begin: number,
    end: number,
  ): void;
  winogradGradientScratch(): number;
  winogradWeightProducts(
    call: number,
    v: number,
    g: number,
    sums: number,
    count: number,
    onto: number,
    begin: number,
    end: number,
  ): void;
  winogradWeightFinish(
    sums: number,
    dw: number,
    outs: number,
    channels: number,
    scratch: number,
    begin: number,
    end: number,
  ): void;
}

type SizeKernel =
  | 'channelsScratch'
  | 'matmulScratch'
  | 'conv2dScratch'
  | 'conv2dWeightScratch'
  | 'winogradInputScratch'
  | 'winogradRows'
  | 'winogradProductsScratch'
  | 'winogradBlocksScratch'
  | 'winogradGradientScratch';

/** The kernels that work on a range. */
export type RangeKernel = Exclude<keyof Kernels, SizeKernel>;

type WithoutLast<T extends readonly unknown[]> = T extends readonly [...infer Rest, unknown] ? Rest : never;

/** What a kernel is told before its range: everything, scratch included. */
type BeforeRange<K extends RangeKernel> = WithoutLast<WithoutLast<Parameters<Kernels[K]>>>;

/** The kernels that need scratch. */
export type ScratchKernel =
  | 'argsort'
  | 'matmul'
  | 'conv2d'
  | 'conv2dWeight'
  | 'winogradWeights'
  | 'winogradInput'
  | 'winogradProducts'
  | 'winogradBlocks'
  | 'winogradInputQuads'
  | 'winogradGradient'
  | 'winogradWeightFinish'
  | 'channelMoments'
  | 'normalizeSums';

/** The arguments of a kernel without scratch and range. */
export type KernelArguments<K extends RangeKernel> = Readonly<
  K extends ScratchKernel ? WithoutLast<BeforeRange<K>> : BeforeRange<K>
>;
