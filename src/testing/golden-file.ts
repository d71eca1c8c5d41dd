/**
 * A golden file: NAME.json, which says what was computed, and NAME.safetensors, which holds the tensors.
 * docs/golden.md describes both.
 *
 * The file keeps account of the tensors that were asked for, so that a test can insist that every one was compared with
 * something.
 */
import { activeBackend } from '../backends/active.js';
import { FormatError } from '../errors.js';
import { fromHost } from '../ops/creation.js';
import type { Backend } from '../tensor/backend.js';
import type { Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { parseSafetensors, quote, readFloat64, type SafetensorsFile } from '../weights/safetensors.js';

/** The files of a golden directory, each a .json and a .safetensors. */
export const goldenNames = ['ops', 'autograd', 'optim', 'vgg', 'cam', 'image'] as const;

/** The two files as they were read. */
export interface GoldenBytes {
  readonly json: string | Uint8Array;
  readonly safetensors: Uint8Array;
}

/** Stored values: float32 numbers (exact in float64) or whole numbers. */
export interface Golden {
  readonly name: string;
  readonly shape: Shape;
  readonly values: Float64Array;
}

export class GoldenFile {
  readonly #file: SafetensorsFile;
  readonly #meta: Readonly<Record<string, unknown>>;
  readonly #used = new Set<string>();

  /**
   * @param name what the files are called: `ops` for ops.json and ops.safetensors
   * @throws FormatError when one of the two is damaged, or names cases or tensors that the other one has not
   */
  constructor(
    readonly name: string,
    bytes: GoldenBytes,
  ) {
    this.#file = parseSafetensors(bytes.safetensors, { name: `${name}.safetensors` });
    this.#meta = parseMeta(name, bytes.json);
    checkTogether(name, this.#meta, [...this.#file.tensors.keys()]);
  }

  /**
   * An entry of the JSON file, which the caller knows the form of.
   * @throws FormatError when there is none
   */
  meta<T>(key: string): T {
    if (!Object.hasOwn(this.#meta, key)) {
      const keys = Object.keys(this.#meta).join(', ');
      throw new FormatError(`${this.name}.json: expected an entry ${quote(key)}, got ${keys}`);
    }
    return this.#meta[key] as T;
  }

  /** The names of all tensors that begin with `prefix`, without it. */
  namesUnder(prefix: string): string[] {
    return [...this.#file.tensors.keys()]
      .filter((name) => name.startsWith(prefix))
      .map((name) => name.slice(prefix.length));
  }

  /** @throws FormatError when there is no such tensor */
  get(name: string): Golden {
    const values = readFloat64(this.#file, name);
    this.#used.add(name);
    return { name, shape: this.#file.tensors.get(name)?.shape ?? [], values };
  }

  /** The tensor on `backend`, by default the active one. */
  tensor(name: string, backend: Backend = activeBackend()): Tensor {
    const { shape, values } = this.get(name);
    return fromHost(shape, (host) => host.set(values), backend);
  }

  /** Tensors that nobody asked for, except those of which `isExcused` says that it does not matter. */
  unused(isExcused: (name: string) => boolean = () => false): string[] {
    return this.namesUnder('').filter((name) => !this.#used.has(name) && !isExcused(name));
  }
}

function parseMeta(name: string, json: string | Uint8Array): Record<string, unknown> {
  let meta: unknown;
  try {
    meta = JSON.parse(typeof json === 'string' ? json : new TextDecoder('utf-8', { fatal: true }).decode(json));
  } catch {
    throw new FormatError(`${name}.json: expected JSON, it cannot be parsed; the file is damaged: make it again`);
  }
  if (typeof meta !== 'object' || meta === null || !('cases' in meta) || !Array.isArray(meta.cases)) {
    throw new FormatError(`${name}.json: expected an object with a list of cases; it is no golden file`);
  }
  return { ...meta };
}

/**
 * Every case must have a name of its own and tensors under it, and every tensor that a case mentions must be there.
 * A text in a case that begins with its name and a slash is the name of a tensor.
 */
function checkTogether(name: string, meta: Readonly<Record<string, unknown>>, tensors: readonly string[]): void {
  const present = new Set(tensors);
  const seen = new Set<string>();
  const wrong = (message: string): FormatError =>
    new FormatError(`${name}.json: ${message}; it and ${name}.safetensors must come from one run of make_goldens.py`);
  for (const [i, entry] of (meta.cases as unknown[]).entries()) {
    const own: unknown = typeof entry === 'object' && entry !== null && 'name' in entry ? entry.name : undefined;
    if (typeof own !== 'string') throw wrong(`expected case ${i} to have a name, got ${quote(entry)}`);
    if (seen.has(own)) throw wrong(`expected one case ${quote(own)}, got two`);
    seen.add(own);
    const prefix = `${own}/`;
    if (!tensors.some((tensor) => tensor.startsWith(prefix))) {
      throw wrong(`expected tensors of the case ${quote(own)} in ${name}.safetensors, got none`);
    }
    for (const text of textsIn(entry)) {
      if (text.startsWith(prefix) && !present.has(text)) {
        throw wrong(`expected the tensor ${quote(text)} in ${name}.safetensors, got none`);
      }
    }
  }
}

/** Every text in a JSON value. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
