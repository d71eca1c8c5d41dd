/**
 * GPU.js, as far as this backend uses it, and how it is found. Nothing outside of this folder knows GPU.js.
 *
 * Its own types leave out what is needed here (kernels that are given their output texture, sources as strings in a kernel map), so
 * these interfaces say it; the one cast is in `loadGpuJs`. They hold for exactly the version that package.json names.
 */
import { BackendError } from '../../errors.js';
import type { GpuAdapter, GpuDevice } from './webgpu-types.js';

export const GPU_JS_VERSION = '2.24.1';

export interface GpuJs {
  readonly GPU: new (settings: { mode: string; canvas?: object; context?: object }) => GpuInstance;
  readonly WebGL2Kernel: KernelClass;
  readonly WebGPUKernel: KernelClass;
  readonly WebGPUContext: { acquire(): Promise<WebGpuContext> };
  readonly input: (values: Float32Array, size: readonly number[]) => unknown;
}

export interface KernelClass {
  readonly name: string;
}

export interface GpuInstance {
  readonly Kernel: KernelClass;
  createKernel<K>(source: string, settings: KernelSettings): K;
  destroy(): Promise<void> | undefined;
}

export interface KernelSettings {
  readonly output: readonly number[];
  readonly argumentTypes: readonly string[];
  readonly argumentNames?: readonly string[];
  readonly functions: readonly object[];
  readonly subKernels?: readonly object[];
  readonly returnType: string;
  readonly precision: 'single';
  readonly tactic: 'precision';
  readonly pipeline: boolean;
  readonly immutable: boolean;
  readonly loopMaxIterations: number;
}

/** What `createKernel` returns in the CPU mode: a function that gives rows of columns of texels. */
export interface SoftwareKernel {
  (...args: unknown[]): Iterable<Iterable<Float32Array>>;
  destroy(): void;
}

/** What it returns for WebGL: a function, of which only the object behind it is used. */
export interface WebGlKernel {
  readonly kernel: WebGlKernelObject;
}

export interface WebGlKernelObject {
  build(...args: unknown[]): unknown;
  run(...args: unknown[]): unknown;
  destroy(): void;
  texSize: ArrayLike<number>;
  maxTexSize: ArrayLike<number> | null;
  texture: object | null;
  mappedTextures: object[] | null;
  drawBuffersMap: number[];
  framebuffer: WebGLFramebuffer;
  buffer: WebGLBuffer | null;
  _textureSwitched: boolean;
  validateSettings(args: unknown): void;
  checkTextureSize(): void;
  getFragmentShader(args: unknown): string;
}

export interface WebGpuKernel {
  readonly kernel: WebGpuKernelObject;
}

export interface WebGpuKernelObject {
  build(...args: unknown[]): unknown;
  destroy(): void;
  readonly argumentNames: readonly string[];
  readonly translatedBody: string;
  readonly translatedFunctions: string;
  _buildAsync(): Promise<void>;
}

export interface WebGpuContext {
  readonly device: GpuDevice;
  readonly adapter: GpuAdapter;
  readonly isLost: boolean;
}

/** Imports GPU.js, an optional peer of this package. @throws BackendError that gives the command where it is not installed */
export async function loadGpuJs(): Promise<GpuJs> {
  let module: object;
  try {
    module = await import('gpu.js');
  } catch (error) {
    throw new BackendError(
      `gpu: expected the package gpu.js, which this backend's kernels are compiled by; install it: npm install gpu.js@${GPU_JS_VERSION}`,
      { cause: error },
    );
  }
  // in Node a namespace with named exports, in bundles of its browser file a class that carries them
  const exported = 'default' in module && module.default ? module.default : module;
  return exported as GpuJs;
}
