/** Work that is large enough for threads, for the pages about them. */
import { activeBackend } from '../../src/backends/active.js';
import { threadActivity } from '../../src/backends/wasm/wasm-backend.js';
import { conv2d } from '../../src/ops/conv2d.js';
import { fromHost } from '../../src/ops/creation.js';
import { matmul } from '../../src/ops/matmul.js';
import { tidy } from '../../src/tensor/memory.js';
import type { Tensor } from '../../src/tensor/tensor.js';

const wave = (shape: number[], step: number): Tensor =>
  fromHost(shape, (host) => host.forEach((_, i) => (host[i] = Math.sin(step * i))));

/** A matrix product and a convolution on the active backend. */
export function largeResults(): Float32Array[] {
  return [
    tidy(() => matmul(wave([160, 200], 0.37), wave([200, 180], 0.11)).dataSync()),
    tidy(() => conv2d(wave([1, 16, 40, 40], 0.13), wave([24, 16, 3, 3], 0.29), null, { padding: 1 }).dataSync()),
  ];
}

/** Works until so many workers are there and have computed something, or for a minute. @returns how many have */
export async function workUntil(workers: number): Promise<number> {
  const busy = (): number =>
    threadActivity(activeBackend()).taken.filter((parts, thread) => thread > 0 && parts > 0).length;
  for (let i = 0; i < 600 && busy() < workers; i++) {
    largeResults();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return busy();
}

/** Whether the numbers are the same to the bit. */
export function sameBits(a: readonly Float32Array[], b: readonly Float32Array[]): boolean {
  const bits = (values: readonly Float32Array[]) =>
    values.map((list) => [...new Uint32Array(list.buffer)].join()).join('|');
  return bits(a) === bits(b);
}
