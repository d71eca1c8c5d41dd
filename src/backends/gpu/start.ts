/**
 * Starts the backend: finds GPU.js, chooses a mode, and refuses what would not run on a GPU's own language.
 *
 * `webgl2` is the main mode, in browsers. What really runs is what `backendInfo()` reports.
 */
import { ArgumentError, BackendError } from '../../errors.js';
import type { Backend } from '../../tensor/backend.js';
import { GpuBackend } from './gpu-backend.js';
import { loadGpuJs, type GpuJs } from './gpujs.js';
import type { Device } from './program.js';
import { WebGlDevice } from './webgl-device.js';

/** How kernels run: `webgl2` in browsers. */
export type GpuMode = 'webgl2';

export interface GpuOptions {
  /** Default: the first that this machine has. */
  readonly mode?: GpuMode;
  /** Whether it may run where GPU.js has no GPU at all, in its own slow mode. Default: false. */
  readonly allowSoftware?: boolean;
}

const makers: Record<GpuMode, (gpuJs: GpuJs) => Promise<Device>> = {
  webgl2: startWebGl2,
};

export const gpuModes = Object.keys(makers) as readonly GpuMode[];

/** The one that runs; more WebGL contexts than a few would be lost again. */
let running: { readonly backend: GpuBackend; readonly device: Device } | null = null;

/** Starts the backend, or gives the one that runs in that mode. */
export async function startGpuBackend(options: GpuOptions = {}): Promise<Backend> {
  const { mode } = options;
  if (mode !== undefined && !(mode in makers)) {
    throw new ArgumentError(`gpu: expected a mode of ${gpuModes.join(', ')}, got ${JSON.stringify(mode)}`);
  }
  if (running && !running.device.isLost && (mode === undefined || mode === running.device.info.mode))
    return running.backend;
  const device = await makers[mode ?? 'webgl2'](await loadGpuJs());
  running = { backend: new GpuBackend(device), device };
  return running.backend;
}

async function startWebGl2(gpuJs: GpuJs): Promise<Device> {
  const canvas = typeof OffscreenCanvas === 'undefined' ? null : new OffscreenCanvas(1, 1);
  const gl = canvas?.getContext('webgl2', { antialias: false, depth: false, powerPreference: 'high-performance' });
  if (!gl) {
    throw new BackendError(
      "gpu: expected WebGL 2, which this machine or browser does not have; use the wasm backend: useBackend('wasm')",
    );
  }
  if (!gl.getExtension('EXT_color_buffer_float')) {
    throw new BackendError(
      "gpu: expected WebGL 2 with EXT_color_buffer_float (32-bit float textures to draw to), got a context without; useBackend('wasm')",
    );
  }
  return new WebGlDevice(gpuJs, gl);
}
