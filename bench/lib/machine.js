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

/**
 * Versions of Node, of us, of all that this package pins, and of what the contenders say of themselves.
 * @param {readonly { contenders: readonly { contender: string, variant?: string, version?: string, node?: string }[] }[]} measurements
 */
export function versions(measurements) {
  const { dependencies } = manifest('../package.json');
  const all = measurements.flatMap(({ contenders }) => contenders);
  const newer = all.find(({ variant }) => variant)?.node;
  const pytorch = all.find(({ contender, version }) => contender === 'pytorch' && version)?.version;
  return {
    node: process.version,
    ...(newer ? { node_of_variants: newer } : {}),
    backlight: manifest('../../package.json').version,
    ...dependencies,
    ...(pytorch ? { pytorch } : {}),
  };
}
