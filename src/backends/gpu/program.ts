/**
 * What kernels and devices say to each other: a kernel is the text of a GPU.js function over arrays of texels, a device runs it.
 *
 * A texel is four numbers, `[r, g, b, a]` of a texture or four neighbours in a buffer. An array of texels has no shape of its own:
 * each kernel reads it as rows of columns, of the size that the program gives.
 */

/** Columns and rows, in texels. */
export type Size = readonly [columns: number, rows: number];

/** A kernel for one set of shapes: everything but the values is a literal in its source. */
export interface Program {
  /** `function(x, w, p) { ... return [a, b, c, d]; }`: one texel of the output. */
  readonly source: string;
  /** JavaScript functions that the source calls. */
  readonly functions: readonly KernelFunction[];
  /** As what size each array argument is read. */
  readonly inputs: readonly Size[];
  /** How many numbers follow the arrays. */
  readonly numbers: number;
  /** Numbers after those, always the same: infinity and NaN, for which the kernel language has no literals. */
  readonly constants: readonly number[];
  /** The size of a target: a thread for each of its texels. */
  readonly output: Size;
  /** How many texels a thread writes: itself one, each `targetN(a, b, c, d)` another. */
  readonly targets: number;
  /**
   * How the texels of several targets lie in the one array that a program makes: they take turns, so many at a time. As many as there
   * are threads: all of the first target, then all of the second, and so on.
   */
  readonly turns: number;
}

/** A function that kernels call, in GPU.js's JavaScript. */
export interface KernelFunction {
  readonly name: string;
  readonly source: string;
  readonly argumentTypes: readonly ('Number' | 'Array(4)')[];
  readonly returnType: 'Number' | 'Array(4)';
}

/** Texels in a device's memory. */
export interface DeviceArray {
  readonly texels: number;
}

/** How a kernel reads a texel: whole from a texture, or as four numbers from a buffer. */
export type Dialect = 'texture' | 'buffer';

/** What a kernel can be built on. */
export interface DeviceInfo {
  /** `webgl2`, `webgpu` or `cpu`. */
  readonly mode: string;
  /** The name that the driver gives itself. */
  readonly adapter: string;
  /** The GPU.js class that runs the kernels. */
  readonly kernelClass: string;
}

/** What a device holds at the moment. */
export interface DeviceCounts {
  /** Compiled kernels in the cache. */
  readonly kernels: number;
  /** Textures or buffers, in use and pooled. */
  readonly arrays: number;
  /** Their bytes. */
  readonly bytes: number;
}

export interface Device<A extends DeviceArray = DeviceArray> {
  readonly info: DeviceInfo;
  readonly dialect: Dialect;
  /** How many targets a program may have. */
  readonly mostTargets: number;
  /** Whether so many targets can take turns, `turns` texels at a time, in an array of `texels`; they always can as a whole. */
  canTakeTurns(targets: number, turns: number, texels: number): boolean;
  /** The most texels an array can have. */
  readonly mostTexels: number;
  /** Whether the device, or its context, is gone, and all arrays with it. */
  readonly isLost: boolean;

  counts(): DeviceCounts;
  /** Copies numbers into a new array; what is left of the last texel is 0. */
  upload(values: Float32Array): A;
  /** Runs the program of that key, which is built at its first use. */
  run(key: string, program: () => Program, arrays: readonly A[], numbers: readonly number[]): A;
  /** The first `length` numbers; throws where only `read` can wait for the device. */
  readSync(array: A, length: number): Float32Array;
  read(array: A, length: number): Promise<Float32Array>;
  /** Gives an array back. */
  free(array: A): void;
}
