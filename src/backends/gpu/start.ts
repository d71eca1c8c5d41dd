/**
 * Starts the backend: finds GPU.js, chooses a mode, and refuses what would not run on a GPU's own language.
 *
 * `webgl2` is the main mode, in browsers. What really runs is what `backendInfo()` reports.
 */
import { ArgumentError, BackendError } from '../../errors.js';
import type { Backend } from '../../tensor/backend.js';
import { GpuBackend } from './gpu-backend.js';
import { GPU_JS_VERSION, loadGpuJs, type GpuJs } from './gpujs.js';
import type { Device } from './program.js';
import { SoftwareDevice } from './software-device.js';
import { WebGlDevice } from './webgl-device.js';
import { WebGpuDevice } from './webgpu-device.js';

/**
 * How kernels run: `webgl2` in browsers; `webgpu` where there is an adapter, in browsers or in Node with a `navigator.gpu`; `cpu`, GPU.js'
 * own slow mode, only where it is allowed.
 */
export type GpuMode = 'webgl2' | 'webgpu' | 'cpu';

export interface GpuOptions {
  /** Default: the first of `webgl2` and `webgpu` that this machine has. */
  readonly mode?: GpuMode;
  /** Whether it may run where GPU.js has no GPU at all, in its own CPU mode. Default: false. */
  readonly allowSoftware?: boolean;
}

const makers: Record<GpuMode, (gpuJs: GpuJs) => Device | Promise<Device>> = {
  webgl2: startWebGl2,
  webgpu: startWebGpu,
  cpu: (gpuJs) => new SoftwareDevice(gpuJs),
};

export const gpuModes = Object.keys(makers) as readonly GpuMode[];

/** The one that runs; more WebGL contexts than a few would be lost again. */
let running: { readonly backend: GpuBackend; readonly device: Device } | null = null;
/** One start after the other: who asks twice gets one. */
let latest: Promise<unknown> = Promise.resolve();

/**
 * Starts the backend, or gives the one that runs in that mode.
 * @throws ArgumentError for an unknown mode; BackendError where GPU.js is not installed or finds no GPU
 */
export function startGpuBackend(options: GpuOptions = {}): Promise<Backend> {
  const backend = latest.then(() => start(options));
  latest = backend.catch(() => undefined);
  return backend;
}

async function start({ mode, allowSoftware = false }: GpuOptions): Promise<Backend> {
  if (mode !== undefined && !(mode in makers)) {
    throw new ArgumentError(`gpu: expected a mode of ${gpuModes.join(', ')}, got ${JSON.stringify(mode)}`);
  }
  if (mode === 'cpu' && !allowSoftware) throw noGpu("GPU.js' own CPU mode was asked for");
  if (running && !running.device.isLost && (mode === undefined || mode === running.device.info.mode)) {
    return running.backend;
  }
  const gpuJs = await loadGpuJs();
  const device = mode === undefined ? await firstDevice(gpuJs, allowSoftware) : await makers[mode](gpuJs);
  running = { backend: new GpuBackend(device), device };
  return running.backend;
}

async function firstDevice(gpuJs: GpuJs, allowSoftware: boolean): Promise<Device> {
  const reasons: string[] = [];
  for (const mode of ['webgl2', 'webgpu'] as const) {
    try {
      return await makers[mode](gpuJs);
    } catch (error) {
      if (!(error instanceof BackendError)) throw error;
      reasons.push(error.message.replace(/^gpu: /, ''));
    }
  }
  if (allowSoftware) return makers.cpu(gpuJs);
  throw noGpu(reasons.join('; '));
}

function noGpu(reason: string): BackendError {
  return new BackendError(
    `gpu: expected a GPU for GPU.js, got none (${reason}). Its CPU mode would be far slower than our own wasm backend: ` +
      "useBackend('wasm'); useBackend('gpu', { allowSoftware: true }) runs it all the same",
  );
}

function startWebGl2(gpuJs: GpuJs): Device {
  const canvas = typeof OffscreenCanvas === 'undefined' ? null : new OffscreenCanvas(1, 1);
  const gl = canvas?.getContext('webgl2', { antialias: false, depth: false, powerPreference: 'high-performance' });
  if (!gl) throw new BackendError('gpu: expected WebGL 2 in an OffscreenCanvas, got none');
  if (!gl.getExtension('EXT_color_buffer_float')) {
    throw new BackendError(
      'gpu: expected WebGL 2 with EXT_color_buffer_float (float textures to draw to), got it without',
    );
  }
  const gpu = new gpuJs.GPU({ mode: 'webgl2', canvas: { width: 1, height: 1 }, context: gl });
  if (gpu.Kernel !== gpuJs.WebGL2Kernel) {
    throw new BackendError(`gpu: expected GPU.js ${GPU_JS_VERSION} to run on WebGL 2, got ${gpu.Kernel.name}`);
  }
  return new WebGlDevice(gpu, gl);
}

async function startWebGpu(gpuJs: GpuJs): Promise<Device> {
  let context;
  try {
    context = await gpuJs.WebGPUContext.acquire();
  } catch (error) {
    throw new BackendError('gpu: expected WebGPU with an adapter, got none', { cause: error });
  }
  return new WebGpuDevice(gpuJs, context);
}
