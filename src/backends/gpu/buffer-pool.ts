/** Storage buffers of a WebGPU device: made once, handed out again when they were given back. */
import { BackendError } from '../../errors.js';
import { OUT_OF_MEMORY, Pool } from './pool.js';
import type { DeviceArray } from './program.js';
import { USAGE, type GpuBuffer, type GpuDevice } from './webgpu-types.js';

const BYTES_PER_TEXEL = 16;

export class TexelBuffer implements DeviceArray {
  constructor(
    readonly texels: number,
    readonly buffer: GpuBuffer,
  ) {}
}

export class BufferPool {
  readonly #device: GpuDevice;
  readonly #failed: (reason: string) => void;
  readonly #pool = new Pool<GpuBuffer>((buffer) => buffer.destroy());

  /** @param failed is told, later, of a buffer that could not be made */
  constructor(device: GpuDevice, failed: (reason: string) => void) {
    this.#device = device;
    this.#failed = failed;
  }

  get mostTexels(): number {
    const { maxStorageBufferBindingSize, maxBufferSize } = this.#device.limits;
    return Math.floor(Math.min(maxStorageBufferBindingSize, maxBufferSize) / BYTES_PER_TEXEL);
  }

  /** Buffers, in use and waiting, and their bytes. */
  get counts(): { arrays: number; bytes: number } {
    return this.#pool.counts;
  }

  take(texels: number): TexelBuffer {
    const size = Math.max(texels, 1) * BYTES_PER_TEXEL;
    return new TexelBuffer(
      texels,
      this.#pool.take(String(size), size, () => this.#make(texels, size)),
    );
  }

  giveBack({ buffer }: TexelBuffer): void {
    this.#pool.giveBack(String(buffer.size), buffer.size, buffer);
  }

  #make(texels: number, size: number): GpuBuffer {
    if (texels > this.mostTexels) {
      throw new BackendError(
        `gpu: expected at most ${this.mostTexels * 4} numbers in one tensor (the largest storage buffer of this device), got ` +
          `${texels * 4}; split it, or use the wasm backend`,
      );
    }
    const device = this.#device;
    device.pushErrorScope('out-of-memory');
    const buffer = device.createBuffer({ size, usage: USAGE.storage | USAGE.copyFrom | USAGE.copyTo });
    void device.popErrorScope().then((error) => {
      if (error) this.#failed(OUT_OF_MEMORY);
    });
    return buffer;
  }
}
