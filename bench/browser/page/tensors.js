/** What the page computes with: the numbers' files that the server sends, and random numbers for single convolutions. */
/* global fetch, TextDecoder */
import { normalNumbers, uniformNumbers } from '../../lib/random.js';

const SEED = 2015;

/** A safetensors file in memory: each tensor is a view into it. */
export class Tensors {
  #entries;
  #start;

  /** @param {ArrayBuffer} buffer */
  constructor(buffer) {
    this.bytes = new Uint8Array(buffer);
    const size = Number(new DataView(buffer).getBigUint64(0, true));
    this.#start = 8 + size;
    this.#entries = JSON.parse(new TextDecoder().decode(this.bytes.subarray(8, this.#start)));
  }

  get names() {
    return Object.keys(this.#entries);
  }

  /** @param {string} name @returns {number[]} */
  shape(name) {
    return this.#entries[name].shape;
  }

  /** @param {string} name */
  read(name) {
    const [begin, end] = this.#entries[name].data_offsets;
    return new Float32Array(this.bytes.buffer, this.#start + begin, (end - begin) / 4);
  }
}

const fetched = new Map();

/** @param {readonly string[]} names @returns {Promise<Record<string, Tensors>>} fetched once, until they are forgotten */
export async function tensorFiles(names) {
  for (const name of names) {
    if (fetched.has(name)) continue;
    const response = await fetch(`/data/${name}`);
    if (!response.ok) throw new Error(`/data/${name}: ${response.status}`);
    fetched.set(name, new Tensors(await response.arrayBuffer()));
  }
  return Object.fromEntries(names.map((name) => [name, fetched.get(name)]));
}

export const forgetFiles = () => fetched.clear();

/**
 * The numbers of a convolution of 3x3, the same for all: x [1,I,S,S], weight [O,I,3,3], bias [O], and dy [1,O,S,S].
 * @param {import('../works.js').Shape} shape
 */
export function convolutionNumbers({ inChannels, outChannels, side }) {
  const normal = normalNumbers(uniformNumbers(SEED));
  const drawn = (shape, deviation) => {
    const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
    for (let i = 0; i < values.length; i++) values[i] = deviation * normal();
    return { shape, values };
  };
  return {
    x: drawn([1, inChannels, side, side], 1),
    weight: drawn([outChannels, inChannels, 3, 3], Math.sqrt(2 / (9 * inChannels))),
    bias: drawn([outChannels], 0.1),
    dy: drawn([1, outChannels, side, side], 1),
  };
}
