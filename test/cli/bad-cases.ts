// Bad input: one line on standard error that says what was expected, exit code 2, nothing written, nothing leaked.

import t from 'tap';
import { backendInfo, setBackend } from '../../src/backends/active.js';
import { settledStorages } from '../settled.js';
import { namesIn, run, workplace, type Fixtures } from './harness.js';

export interface Case {
  readonly argv: readonly string[];
  readonly message: string | RegExp;
  readonly files?: Fixtures;
}

/** Runs each case in a folder of its own. */
export function cases(name: string, all: Record<string, Case>): void {
  t.test(name, async (t) => {
    for (const [title, { argv, message, files }] of Object.entries(all)) {
      await t.test(title, async (t) => {
        const cwd = await workplace(t, files);
        setBackend('wasm');
        const before = { names: namesIn(cwd), storages: await settledStorages() };
        const { code, out, err } = await run(cwd, argv);
        t.equal(code, 2);
        t.equal(out, '');
        t.match(err, /^backlight: [^\n]+\n$/, 'one line');
        t.match(err.replaceAll(cwd, '.').trim(), message);
        t.same(namesIn(cwd), before.names, 'nothing is written');
        setBackend('wasm');
        t.equal(backendInfo().storages, before.storages, 'no storage is leaked');
      });
    }
  });
}

/** `backlight explain` with the weights of the folder. */
export const explain = (image: string, ...more: string[]): string[] => [
  'explain',
  image,
  '--weights',
  'weights.safetensors',
  ...more,
];
