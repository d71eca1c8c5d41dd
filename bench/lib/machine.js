/** What it was measured on and with. */
import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

const manifest = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));

export function machine() {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memory_gb: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${process.arch}`,
  };
}

/** Versions of Node, of us and of all that this package pins. */
export function versions() {
  const { dependencies } = manifest('../package.json');
  return { node: process.version, backlight: manifest('../../package.json').version, ...dependencies };
}
