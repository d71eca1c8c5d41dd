/** Opens golden files in Node: from a directory, from bytes, or over the network. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FormatError } from '../errors.js';
import { fetchFile, openWith, type GoldenSource } from './fetch-golden.js';
import type { GoldenFile } from './golden-file.js';

/**
 * Opens NAME.json and NAME.safetensors.
 *
 *     const ops = await openGolden('test/golden', 'ops');
 *     const ops = await openGolden(new URL('https://example.org/golden/'), 'ops');
 *     const ops = await openGolden({ json, safetensors }, 'ops');
 *
 * @param source the directory: a path, a `file:` URL, or an `http:` URL; or the bytes of both files. In browsers a path
 * is relative to the page
 * @param name `ops`, `autograd`, `optim`, `vgg`, `cam` or `image`
 * @throws FormatError that names the file that is missing or damaged, or says why the two do not belong together
 */
export async function openGolden(source: GoldenSource, name: string): Promise<GoldenFile> {
  return openWith(readFrom, source, name);
}

async function readFrom(directory: string | URL, file: string): Promise<Uint8Array> {
  const text = String(directory);
  if (/^https?:/.test(text)) return fetchFile(directory, file);
  const path = join(text.startsWith('file:') ? fileURLToPath(text) : text, file);
  try {
    return await readFile(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new FormatError(
      code === 'ENOENT'
        ? `golden: there is no ${path}; make it with make_goldens.py`
        : `golden: expected to read ${path}, got ${code}`,
    );
  }
}
