/**
 * Kernels in GPU.js' own CPU mode: plain JavaScript, slower than the wasm backend by far. It is here so that kernels can be looked at
 * where there is no GPU; nothing chooses it unasked.
 */
import { BackendError } from '../../errors.js';
import type { GpuInstance, GpuJs, SoftwareKernel } from './gpujs.js';
import { KernelCache } from './kernel-cache.js';
import { kernelSettings } from './kernel-settings.js';
import type { Device, DeviceArray, DeviceCounts, DeviceInfo, Program } from './program.js';

class Texels implements DeviceArray {
  constructor(readonly values: Float32Array) {}

  get texels(): number {
    return this.values.length / 4;
  }
}

interface Compiled {
  readonly program: Program;
  readonly kernel: SoftwareKernel;
}

export class SoftwareDevice implements Device<Texels> {
  readonly info: DeviceInfo;
  readonly dialect = 'buffer';
  readonly mostTargets = 1;
  readonly mostTexels = 2 ** 28;
  readonly isLost = false;
  readonly #gpuJs: GpuJs;
  readonly #gpu: GpuInstance;
  readonly #kernels = new KernelCache<Compiled>(({ kernel }) => kernel.destroy());
  #arrays = 0;
  #bytes = 0;

  constructor(gpuJs: GpuJs) {
    this.#gpuJs = gpuJs;
    this.#gpu = new gpuJs.GPU({ mode: 'cpu' });
    this.info = { mode: 'cpu', adapter: 'none: JavaScript', kernelClass: this.#gpu.Kernel.name };
  }

  canTakeTurns(): boolean {
    return false;
  }

  counts(): DeviceCounts {
    return { kernels: this.#kernels.size, arrays: this.#arrays, bytes: this.#bytes };
  }

  upload(values: Float32Array): Texels {
    const padded = new Float32Array(Math.ceil(values.length / 4) * 4);
    padded.set(values);
    return this.#counted(padded);
  }

  run(key: string, program: () => Program, arrays: readonly Texels[], numbers: readonly number[]): Texels {
    const { kernel, program: built } = this.#kernels.get(key, () => this.#compile(program()));
    const { inputs, constants, output } = built;
    const views = arrays.map(({ values }, i) => this.#gpuJs.input(values, [4, ...inputs[i]]));
    try {
      const lines = kernel(...views, ...numbers, ...constants);
      const values = new Float32Array(output[0] * output[1] * 4);
      let at = 0;
      for (const line of lines) {
        for (const texel of line) {
          values.set(texel, at);
          at += 4;
        }
      }
      return this.#counted(values);
    } catch (error) {
      this.#kernels.drop(key);
      throw new BackendError(`gpu: the kernel ${key} could not be built: ${String(error)}`, { cause: error });
    }
  }

  readSync({ values }: Texels, length: number): Float32Array {
    return values.slice(0, length);
  }

  async read(array: Texels, length: number): Promise<Float32Array> {
    return this.readSync(array, length);
  }

  free({ values }: Texels): void {
    this.#arrays--;
    this.#bytes -= values.byteLength;
  }

  #counted(values: Float32Array): Texels {
    this.#arrays++;
    this.#bytes += values.byteLength;
    return new Texels(values);
  }

  #compile(program: Program): Compiled {
    const kernel = this.#gpu.createKernel<SoftwareKernel>(program.source, {
      ...kernelSettings(program, 'functions'),
      pipeline: false,
      argumentTypes: [
        ...program.inputs.map(() => 'Input'),
        ...Array.from({ length: program.numbers + program.constants.length }, () => 'Float'),
      ],
    });
    return { program, kernel };
  }
}
