/** Storage buffers of a WebGPU device: made once, handed out again when they were given back. */
import { BackendError } from '../../errors.js';
import type { DeviceArray } from './program.js';
import { USAGE, type GpuBuffer, type GpuDevice } from './webgpu-types.js';

/** Buffers that wait to be used again take at most this many bytes. */
const MOST_POOLED = 256 * 2 ** 20;
const BYTES_PER_TEXEL = 16;

export class TexelBuffer implements DeviceArray {
  constructor(
    readonly texels: number,
    readonly buffer: GpuBuffer,
  ) {}
}

export class BufferPool {
  readonly #device: GpuDevice;
  readonly #waiting = new Map<number, GpuBuffer[]>();
  #pooledBytes = 0;
  #count = 0;
  #bytes = 0;

  constructor(device: GpuDevice) {
    this.#device = device;
  }

  get mostTexels(): number {
    const { maxStorageBufferBindingSize, maxBufferSize } = this.#device.limits;
    return Math.floor(Math.min(maxStorageBufferBindingSize, maxBufferSize) / BYTES_PER_TEXEL);
  }

  /** Buffers, in use and waiting, and their bytes. */
  get counts(): { arrays: number; bytes: number } {
    return { arrays: this.#count, bytes: this.#bytes };
  }

  take(texels: number): TexelBuffer {
    const size = Math.max(texels, 1) * BYTES_PER_TEXEL;
    const waiting = this.#waiting.get(size)?.pop();
    if (waiting) {
      this.#pooledBytes -= size;
      return new TexelBuffer(texels, waiting);
    }
    if (texels > this.mostTexels) {
      throw new BackendError(
        `gpu: expected at most ${this.mostTexels * 4} numbers in one tensor (the largest storage buffer of this device), got ` +
          `${texels * 4}; split it, or use the wasm backend`,
      );
    }
    const buffer = this.#device.createBuffer({ size, usage: USAGE.storage | USAGE.copyFrom | USAGE.copyTo });
    this.#count++;
    this.#bytes += size;
    return new TexelBuffer(texels, buffer);
  }

  giveBack({ buffer }: TexelBuffer): void {
    const list = this.#waiting.get(buffer.size);
    if (list) list.push(buffer);
    else this.#waiting.set(buffer.size, [buffer]);
    this.#pooledBytes += buffer.size;
    while (this.#pooledBytes > MOST_POOLED) this.#destroyOne();
  }

  /** Destroys one waiting buffer, of the size that waits for longest. */
  #destroyOne(): void {
    for (const [size, list] of this.#waiting) {
      const buffer = list.shift();
      if (list.length === 0) this.#waiting.delete(size);
      if (!buffer) continue;
      buffer.destroy();
      this.#pooledBytes -= size;
      this.#count--;
      this.#bytes -= size;
      return;
    }
  }
}
