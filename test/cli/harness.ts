// Runs the command line in this process, on a small network and small pictures in a folder of the test's own.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Test } from 'tap';
import { runCli } from '../../src/cli/run-cli.js';
import { createPicture, type Picture } from '../../src/image/picture.js';
import { encodePng } from '../../src/image/png.js';
import { manualSeed } from '../../src/tensor/random.js';
import type { Module } from '../../src/nn/module.js';
import { buildModel, type ModelSpec } from '../../src/weights/model-registry.js';
import type { Preprocess } from '../../src/weights/preprocess-spec.js';
import { modelMetadata, stateToSafetensors } from '../../src/weights/save-model.js';

export interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  /** Standard output and error are terminals of so many colour bits. Default: they are not terminals. */
  readonly terminal?: number;
  readonly columns?: number;
  readonly env?: Record<string, string>;
  /** Ctrl-C, as soon as the output has this. */
  readonly interrupt?: RegExp;
}

export async function run(cwd: string, argv: readonly string[], options: RunOptions = {}): Promise<Run> {
  const { terminal, columns = 80, env = {}, interrupt } = options;
  let [out, err] = ['', ''];
  const listeners = new Set<() => void>();
  const onInterrupt = (callback: () => void) => {
    listeners.add(callback);
    return () => void listeners.delete(callback);
  };
  const sink = (add: (text: string) => void) => ({
    write: (text: string) => {
      add(text);
      if (interrupt?.test(text)) listeners.forEach((callback) => callback());
    },
    ...(terminal === undefined ? {} : { isTTY: true, columns, getColorDepth: () => terminal }),
  });
  const stdout = sink((text) => (out += text));
  const stderr = sink((text) => (err += text));
  const code = await runCli(argv, { stdout, stderr, cwd, env, onInterrupt });
  if (listeners.size > 0) throw new Error('the command is over, but still listens to Ctrl-C');
  return { code, out, err };
}

export const spec: ModelSpec = {
  name: 'vgg',
  options: { cfg: [6, 'M', 8, 'M'], batchNorm: true, avgpool: 1, hidden: [], classes: 4 },
};
export const labels = ['cat', 'tiger cat', 'dog, hound', 'frog'];
export const preprocess: Preprocess = {
  size: 16,
  fit: 'keep',
  method: 'area',
  order: 'RGB',
  range: 1,
  mean: [0.5, 0.4, 0.3],
  std: [0.2, 0.3, 0.4],
};

/** The bytes of a weight file of that network, with random weights that `change` may alter. */
export async function weightFile(
  change: ((model: Module) => void) | null = null,
  metadata: Record<string, string> = modelMetadata({ model: spec, labels, preprocess }),
): Promise<Uint8Array> {
  manualSeed(7);
  using model = buildModel(spec);
  change?.(model);
  return await stateToSafetensors(model, metadata);
}

/** Colours that differ everywhere. */
export function testPicture(width = 20, height = 16): Picture {
  const data = Float32Array.from({ length: width * height * 3 }, (_, i) => ((i * 37 + (i >> 5) * 11) % 256) / 255);
  return createPicture(width, height, 3, data);
}

/** Files by name: text, bytes, or a folder of files. */
export interface Fixtures {
  [name: string]: string | Uint8Array | Fixtures;
}

type Content = string | Buffer | { [name: string]: Content };

function contentOf(value: Fixtures[string]): Content {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return Buffer.from(value);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, contentOf(inner)]));
}

/** A folder with picture.png and weights.safetensors, and what the test adds. */
export async function workplace(t: Pick<Test, 'testdir'>, files: Fixtures = {}): Promise<string> {
  const all: Fixtures = {
    'picture.png': encodePng(testPicture()),
    'weights.safetensors': await weightFile(),
    ...files,
  };
  return t.testdir(Object.fromEntries(Object.entries(all).map(([name, value]) => [name, contentOf(value)])));
}

/** The names in a folder, sorted, hidden ones included; none where there is no such folder. */
export function namesIn(...path: string[]): string[] {
  const folder = join(...path);
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

export function bytesOf(...path: string[]): Uint8Array {
  return new Uint8Array(readFileSync(join(...path)));
}
