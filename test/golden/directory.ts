/** The golden directory that the tests run over: this one, or the one that GOLDEN_DIR names. */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { goldenNames, openGolden, type GoldenFile } from '../../src/testing/index.js';

export const goldenDir = process.env.GOLDEN_DIR
  ? resolve(process.env.GOLDEN_DIR)
  : fileURLToPath(new URL('.', import.meta.url));

/** @throws FormatError that names the file that is missing */
export async function goldenFile(name: (typeof goldenNames)[number]): Promise<GoldenFile> {
  return openGolden(goldenDir, name);
}
