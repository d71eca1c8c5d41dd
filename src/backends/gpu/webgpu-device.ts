/**
 * Kernels on WebGPU: GPU.js translates them to WGSL, this file compiles that and dispatches it, synchronously. Reading is only
 * possible asynchronously.
 */
import { BackendError } from '../../errors.js';
import { BufferPool, TexelBuffer } from './buffer-pool.js';
import type { GpuInstance, GpuJs, WebGpuKernel } from './gpujs.js';
import { KernelCache } from './kernel-cache.js';
import { kernelSettings } from './kernel-settings.js';
import type { Device, DeviceCounts, DeviceInfo, Program } from './program.js';
import { unshared } from './unshared.js';
import { MAP_READ, USAGE, type GpuAdapter, type GpuBuffer, type GpuDevice } from './webgpu-types.js';
import { WORKGROUP, wgslModule } from './wgsl-module.js';

interface Compiled {
  readonly program: Program;
  readonly layout: object;
  readonly pipeline: object;
  /** The numbers of a run; null where there are none. */
  readonly numbers: GpuBuffer | null;
}

export class WebGpuDevice implements Device<TexelBuffer> {
  readonly info: DeviceInfo;
  readonly dialect = 'buffer';
  /** They are written to one buffer: so many as a thread has registers for. */
  readonly mostTargets = 8;
  readonly #device: GpuDevice;
  readonly #context: { readonly isLost: boolean };
  readonly #gpu: GpuInstance;
  /** What went wrong since values were read. */
  #failure: string | null = null;
  readonly #pool: BufferPool;
  readonly #kernels = new KernelCache<Compiled>(({ numbers }) => numbers?.destroy());

  constructor(
    gpuJs: GpuJs,
    context: { readonly device: GpuDevice; readonly adapter: GpuAdapter; readonly isLost: boolean },
  ) {
    this.#device = context.device;
    this.#context = context;
    this.#gpu = new gpuJs.GPU({ mode: 'webgpu' });
    this.#pool = new BufferPool(context.device, (reason) => (this.#failure ??= reason));
    const { vendor = '', architecture = '', description = '' } = context.adapter.info ?? {};
    const adapter = [vendor, architecture, description].filter((part) => part !== '').join(' ');
    this.info = { mode: 'webgpu', adapter: adapter || 'unnamed', kernelClass: this.#gpu.Kernel.name };
  }

  get isLost(): boolean {
    return this.#context.isLost;
  }

  get mostTexels(): number {
    return this.#pool.mostTexels;
  }

  canTakeTurns(): boolean {
    return true;
  }

  counts(): DeviceCounts {
    return { kernels: this.#kernels.size, ...this.#pool.counts };
  }

  upload(values: Float32Array): TexelBuffer {
    this.#checkDevice();
    const array = this.#pool.take(Math.ceil(values.length / 4));
    const whole = Math.floor(values.length / 4) * 4;
    if (whole > 0) this.#device.queue.writeBuffer(array.buffer, 0, unshared(values.subarray(0, whole)));
    if (whole < values.length) {
      const last = new Float32Array(4);
      last.set(values.subarray(whole));
      this.#device.queue.writeBuffer(array.buffer, whole * 4, last);
    }
    return array;
  }

  run(key: string, program: () => Program, arrays: readonly TexelBuffer[], numbers: readonly number[]): TexelBuffer {
    this.#checkDevice();
    const compiled = this.#kernels.get(key, () => this.#compile(key, program()));
    const { constants, output, targets } = compiled.program;
    const threads = output[0] * output[1];
    const result = this.#pool.take(threads * targets);
    const device = this.#device;
    const buffers = [...arrays, result].map(({ buffer }) => buffer);
    if (compiled.numbers) {
      device.queue.writeBuffer(compiled.numbers, 0, Float32Array.from([...numbers, ...constants]));
      buffers.push(compiled.numbers);
    }
    const group = device.createBindGroup({
      layout: compiled.layout,
      entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(compiled.pipeline);
    pass.setBindGroup(0, group);
    const groups = Math.ceil(threads / WORKGROUP);
    const rows = Math.ceil(groups / device.limits.maxComputeWorkgroupsPerDimension);
    pass.dispatchWorkgroups(Math.ceil(groups / rows), rows);
    pass.end();
    device.queue.submit([encoder.finish()]);
    return result;
  }

  readSync(): Float32Array {
    throw new BackendError(
      'gpu: expected to read values asynchronously, as WebGPU can only: await tensor.data() instead of dataSync(), item(), tolist() ' +
        "or to(); or use the mode webgl2: await useBackend('gpu', { mode: 'webgl2' })",
    );
  }

  async read(array: TexelBuffer, length: number): Promise<Float32Array> {
    this.#checkDevice();
    const bytes = length * 4;
    const staging = this.#device.createBuffer({ size: bytes, usage: USAGE.mapRead | USAGE.copyTo });
    try {
      const encoder = this.#device.createCommandEncoder();
      encoder.copyBufferToBuffer(array.buffer, 0, staging, 0, bytes);
      this.#device.queue.submit([encoder.finish()]);
      await staging.mapAsync(MAP_READ);
      if (this.#failure !== null) throw this.#failed();
      return new Float32Array(staging.getMappedRange().slice(0));
    } catch (error) {
      if (error instanceof BackendError) throw error;
      this.#checkDevice();
      throw new BackendError(`gpu: the values could not be read: ${String(error)}`, { cause: error });
    } finally {
      staging.destroy();
    }
  }

  free(array: TexelBuffer): void {
    this.#pool.giveBack(array);
  }

  #compile(key: string, program: Program): Compiled {
    const device = this.#device;
    device.pushErrorScope('validation');
    const code = wgslModule(program, this.#translate(key, program));
    const module = device.createShaderModule({ code });
    const count = program.numbers + program.constants.length;
    // given, not derived from the shader, which may leave some of its arguments unused
    const layout = device.createBindGroupLayout({ entries: bindings(program, count > 0) });
    const pipeline = device.createComputePipeline({
      layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: { module, entryPoint: 'main' },
    });
    // errors come later: the next one who reads values is told
    void device.popErrorScope().then((error) => {
      if (!error) return;
      this.#failure ??= `the kernel ${key} could not be built: ${error.message}`;
      this.#kernels.drop(key);
    });
    const size = Math.ceil(count / 4) * 16;
    const numbers = count > 0 ? device.createBuffer({ size, usage: USAGE.uniform | USAGE.copyTo }) : null;
    return { program, layout, pipeline, numbers };
  }

  /** GPU.js' translation of a kernel, without the shader that it would compile. */
  #translate(key: string, program: Program): { body: string; functions: string; names: readonly string[] } {
    const { inputs, numbers, constants } = program;
    const scalars = Array.from({ length: numbers + constants.length }, () => 0);
    const { kernel } = this.#gpu.createKernel<WebGpuKernel>(program.source, {
      ...kernelSettings(program, 'functions'),
      argumentTypes: [...inputs.map(() => 'WebGPUBuffer'), ...scalars.map(() => 'Float')],
    });
    kernel._buildAsync = () => Promise.resolve();
    try {
      void kernel.build(...inputs.map(() => ({})), ...scalars);
      return { body: kernel.translatedBody, functions: kernel.translatedFunctions, names: kernel.argumentNames };
    } catch (error) {
      throw new BackendError(`gpu: the kernel ${key} could not be built: ${String(error)}`, { cause: error });
    } finally {
      kernel.destroy();
    }
  }

  #failed(): BackendError {
    const error = new BackendError(`gpu: ${this.#failure}`);
    this.#failure = null;
    return error;
  }

  #checkDevice(): void {
    if (!this.isLost) return;
    throw new BackendError(
      'gpu: the WebGPU device was lost, and with it all tensors on it; go on with ' +
        "await useBackend('gpu'), which starts anew, or useBackend('wasm'), and load models again",
    );
  }
}

/** Arrays, result, numbers: the order of `wgslModule`. */
function bindings({ inputs }: Program, numbers: boolean): object[] {
  const types = [...inputs.map(() => 'read-only-storage'), 'storage', ...(numbers ? ['uniform'] : [])];
  const compute = 4;
  return types.map((type, binding) => ({ binding, visibility: compute, buffer: { type } }));
}
