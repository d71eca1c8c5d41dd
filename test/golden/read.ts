/**
 * Reads a directory of golden files: for each of `goldenFiles`, NAME.json (what the tensors mean) and NAME.safetensors.
 *
 * GOLDEN_DIR names another directory than this one. A file keeps account of the tensors that were asked for, so that
 * the test can insist that every one of them was compared with something.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Backend } from '../../src/tensor/backend.js';
import { fromHost } from '../../src/ops/creation.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { parseSafetensors, readFloat64, type SafetensorsFile } from '../../src/weights/safetensors.js';

/** What make_goldens.py writes. */
export const goldenFiles = ['ops', 'autograd', 'optim', 'vgg', 'cam', 'image'] as const;
export type GoldenName = (typeof goldenFiles)[number];

export const goldenDir = process.env.GOLDEN_DIR
  ? resolve(process.env.GOLDEN_DIR)
  : fileURLToPath(new URL('.', import.meta.url));

/** Stored values: float32 numbers (exact in float64) or whole numbers. */
export interface Golden {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

export class GoldenFile {
  readonly #file: SafetensorsFile;
  readonly #meta: Record<string, unknown>;
  readonly #used = new Set<string>();

  /** @throws Error that names the file that is missing */
  constructor(readonly name: GoldenName) {
    const path = (ending: string): string => {
      const full = join(goldenDir, `${name}.${ending}`);
      if (!existsSync(full)) throw new Error(`golden: there is no ${full}; make it with make_goldens.py`);
      return full;
    };
    this.#meta = JSON.parse(readFileSync(path('json'), 'utf8')) as Record<string, unknown>;
    this.#file = parseSafetensors(readFileSync(path('safetensors')), { name: `${name}.safetensors` });
  }

  /** An entry of the JSON file, which the caller knows the form of. */
  meta<T>(key: string): T {
    if (!(key in this.#meta)) throw new Error(`golden: ${this.name}.json has no ${JSON.stringify(key)}`);
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

  /** The tensor on `backend`. */
  tensor(name: string, backend: Backend): Tensor {
    const { shape, values } = this.get(name);
    return fromHost(shape, (host) => host.set(values), backend);
  }

  /** Tensors that nobody asked for, except those of cases that are not run yet. */
  unused(isNotYet: (name: string) => boolean): string[] {
    return this.namesUnder('').filter((name) => !this.#used.has(name) && !isNotYet(name));
  }
}
