/**
 * Tensors in a file, float32 only: 8 bytes of header length, a JSON header, the numbers. All contenders read their weights and input
 * from one such file; ONNX models point into it. Written and read piece by piece, since VGG16 has half a gigabyte.
 * Format: https://github.com/huggingface/safetensors#format
 */
import { closeSync, openSync, readSync, writeSync } from 'node:fs';

const BYTES = 4;
const CHUNK = 1 << 20;

/** @param {readonly number[]} shape */
export const sizeOf = (shape) => shape.reduce((a, b) => a * b, 1);

/**
 * @param {string} path
 * @param {readonly { name: string, shape: readonly number[], next: () => number }[]} tensors `next` gives the numbers one by one
 */
export function writeTensors(path, tensors) {
  const header = {};
  let end = 0;
  for (const { name, shape } of tensors) {
    const begin = end;
    end += sizeOf(shape) * BYTES;
    header[name] = { dtype: 'F32', shape, data_offsets: [begin, end] };
  }
  const text = JSON.stringify(header);
  // spaces at the end, so that the numbers begin at a multiple of 64
  const json = Buffer.from(text.padEnd(Math.ceil((text.length + 8) / 64) * 64 - 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  const file = openSync(path, 'w');
  writeSync(file, length);
  writeSync(file, json);
  const chunk = new Float32Array(CHUNK);
  for (const { shape, next } of tensors) {
    let left = sizeOf(shape);
    while (left > 0) {
      const part = chunk.subarray(0, Math.min(left, CHUNK));
      for (let i = 0; i < part.length; i++) part[i] = next();
      writeSync(file, new Uint8Array(part.buffer, 0, part.length * BYTES));
      left -= part.length;
    }
  }
  closeSync(file);
}

/** The tensors of a file, read when asked for. */
export class TensorFile {
  #file;
  #entries = new Map();

  /** @param {string} path */
  constructor(path) {
    this.path = path;
    this.#file = openSync(path, 'r');
    const length = Buffer.alloc(8);
    readSync(this.#file, length, 0, 8, 0);
    const size = Number(length.readBigUInt64LE());
    const json = Buffer.alloc(size);
    readSync(this.#file, json, 0, size, 8);
    for (const [name, { shape, data_offsets: offsets }] of Object.entries(JSON.parse(json.toString()))) {
      this.#entries.set(name, { shape, offset: 8 + size + offsets[0], bytes: offsets[1] - offsets[0] });
    }
  }

  /** @returns {string[]} */
  get names() {
    return [...this.#entries.keys()];
  }

  /** @param {string} name @returns {{ shape: number[], offset: number, bytes: number }} place in the file, in bytes */
  entry(name) {
    const entry = this.#entries.get(name);
    if (!entry) throw new Error(`${this.path}: there is no tensor ${name}`);
    return entry;
  }

  /** @param {string} name */
  read(name) {
    const numbers = new Float32Array(this.entry(name).bytes / BYTES);
    this.readInto(name, numbers);
    return numbers;
  }

  /**
   * Straight into somebody else's memory, a megabyte at a time.
   * @param {string} name
   * @param {{ set(part: Float32Array, at: number): void }} target
   */
  readInto(name, target) {
    const { offset, bytes } = this.entry(name);
    const chunk = new Float32Array(Math.min(CHUNK, bytes / BYTES));
    for (let done = 0; done < bytes;) {
      const part = chunk.subarray(0, Math.min(chunk.length, (bytes - done) / BYTES));
      const got = readSync(this.#file, part, 0, part.byteLength, offset + done);
      if (got !== part.byteLength) throw new Error(`${this.path}: the file ends within ${name}`);
      target.set(part, done / BYTES);
      done += got;
    }
  }
}
