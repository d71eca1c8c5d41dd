/** The tensors of test/golden/image.safetensors by name. */
import { openGolden } from '../../src/testing/index.js';

const file = await openGolden(new URL('../golden/', import.meta.url), 'image');

export function golden(name: string): { shape: readonly number[]; values: number[] } {
  const { shape, values } = file.get(name);
  return { shape, values: [...values] };
}

export function goldenNames(prefix: string): string[] {
  return file.namesUnder(prefix).map((name) => prefix + name);
}
