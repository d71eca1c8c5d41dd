/** Opens golden files anywhere: from bytes, or over the network. */
import { FormatError } from '../errors.js';
import { GoldenFile, type GoldenBytes } from './golden-file.js';

/** A golden directory (its URL, or in Node also its path), or the bytes of the two files. */
export type GoldenSource = string | URL | GoldenBytes;

/** Reads one file of a directory. */
export type ReadFile = (directory: string | URL, file: string) => Promise<Uint8Array>;

/**
 * Opens NAME.json and NAME.safetensors in the directory at a URL, or from their bytes.
 * @param name `ops`, `autograd`, `optim`, `vgg`, `cam` or `image`
 * @throws FormatError that names the file that is missing or damaged, or says why the two do not belong together
 */
export async function fetchGolden(source: GoldenSource, name: string): Promise<GoldenFile> {
  return openWith(fetchFile, source, name);
}

/** Opens both files of that name by `read`. */
export async function openWith(read: ReadFile, source: GoldenSource, name: string): Promise<GoldenFile> {
  if (typeof source === 'string' || source instanceof URL) {
    const [json, safetensors] = await Promise.all([read(source, `${name}.json`), read(source, `${name}.safetensors`)]);
    return new GoldenFile(name, { json, safetensors });
  }
  return new GoldenFile(name, source);
}

/** Reads a file of the directory at a URL, with or without a slash at its end. */
export async function fetchFile(directory: string | URL, file: string): Promise<Uint8Array> {
  const url = `${String(directory).replace(/\/$/, '')}/${file}`;
  const response = await fetch(url);
  if (!response.ok) {
    throw new FormatError(`golden: expected a file at ${url}, got ${response.status} ${response.statusText}`.trimEnd());
  }
  return new Uint8Array(await response.arrayBuffer());
}
