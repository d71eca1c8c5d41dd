/**
 * GPU.js, as far as this backend uses it, and how it is found. Nothing outside of this folder knows GPU.js.
 *
 * Its own types leave out what is needed here (kernels that are given their output texture, sources as strings in a kernel map), so
 * these interfaces say it; the one cast is in `loadGpuJs`. They hold for exactly the version that package.json names.
 */
import { BackendError } from '../../errors.js';

export const GPU_JS_VERSION = '2.24.1';

export interface GpuJs {
  readonly GPU: new (settings: { mode: string; canvas?: unknown; context?: unknown }) => GpuInstance;
  readonly WebGL2Kernel: KernelClass;
  readonly HeadlessGLKernel: KernelClass;
  readonly WebGPUKernel: KernelClass;
  readonly CPUKernel: KernelClass;
  readonly WebGPUContext: { acquire(): Promise<WebGpuContext> };
  readonly WebGPUBufferResult: new (settings: object) => object;
  readonly input: (values: Float32Array, size: readonly number[]) => unknown;
}

export interface KernelClass {
  readonly name: string;
  readonly isSupported: boolean;
}

export interface GpuInstance {
  readonly Kernel: KernelClass;
  createKernel(source: string, settings: KernelSettings): { (...args: unknown[]): unknown; readonly kernel: Kernel };
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

/** A kernel object behind the function that `createKernel` returns. */
export interface Kernel {
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
  program: WebGLProgram;
  _textureSwitched: boolean;
  validateSettings(args: unknown): void;
}

export interface WebGpuContext {
  readonly device: object;
  readonly adapter: object;
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
