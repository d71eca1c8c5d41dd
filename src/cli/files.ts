/** Reading and writing files, with errors that say what to do, and nothing half-written. */
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { BacklightError } from '../errors.js';

/** A file that cannot be read or written. */
export class FileError extends BacklightError {
  override readonly name = 'FileError';
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'the operation is not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left on the device',
  EDQUOT: 'the disk quota is used up',
  ENAMETOOLONG: 'the name is too long',
  EMFILE: 'too many files are open',
  ERR_FS_FILE_TOO_LARGE: 'the file is larger than 2 GiB',
};

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** Why the system refused, in words. */
export function reasonOf(error: unknown): string {
  const code = codeOf(error);
  return reasons[code] ?? (error instanceof Error ? error.message : String(error));
}

/**
 * The bytes of a file.
 * @param path as the user wrote it: errors show it like that
 * @param expected what the file should be, for errors: 'a PNG or JPEG file'
 */
export async function readBytes(cwd: string, path: string, expected: string): Promise<Uint8Array> {
  if (path === '') throw new FileError(`expected ${expected}, got an empty name`);
  try {
    return await readFile(resolve(cwd, path));
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new FileError(`${path}: there is no such file; expected ${expected}, check the path`);
    }
    if (code === 'EISDIR') throw new FileError(`${path}: it is a directory; expected ${expected}, name the file in it`);
    throw new FileError(`${path}: expected ${expected}, it cannot be read: ${reasonOf(error)}`);
  }
}

/** The text of a file in UTF-8. */
export async function readText(cwd: string, path: string, expected: string): Promise<string> {
  const bytes = await readBytes(cwd, path, expected);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new FileError(`${path}: expected ${expected} as text in UTF-8, got other bytes; save it again as UTF-8`);
  }
}

/**
 * Fails early where a folder could not be made: something on its path exists and is not a directory.
 * @param option what the user gave it with, for errors: '--out'
 */
export async function requireFolder(cwd: string, folder: string, option: string): Promise<void> {
  if (folder === '') throw new FileError(`${option}: expected a folder, got an empty name; "." is the current one`);
  for (let path = resolve(cwd, folder); ; path = dirname(path)) {
    try {
      if ((await stat(path)).isDirectory()) return;
      throw new FileError(
        `${option}: expected a folder (it is made if there is none), but ${path} is a file; name another`,
      );
    } catch (error) {
      const code = codeOf(error);
      if (error instanceof FileError) throw error;
      if (code !== 'ENOENT' && code !== 'ENOTDIR') throw new FileError(`${option}: ${path}: ${reasonOf(error)}`);
      if (path === dirname(path)) return;
    }
  }
}

export interface OutputFile {
  /** As the user shall see it, relative to the working directory. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * Writes all of the files, or none: each under a temporary name first, and only when all are there are they renamed.
 * Folders are made as needed; files of the same names are replaced.
 */
export async function writeFiles(cwd: string, files: readonly OutputFile[]): Promise<void> {
  const pending: { from: string; to: string; path: string }[] = [];
  let current = '';
  try {
    for (const { path, bytes } of files) {
      current = path;
      const to = resolve(cwd, path);
      await mkdir(dirname(to), { recursive: true });
      const from = join(dirname(to), `.${basename(to)}.${process.pid}.tmp`);
      pending.push({ from, to, path });
      const handle = await open(from, 'w');
      try {
        await handle.writeFile(bytes);
      } finally {
        await handle.close();
      }
    }
    for (const { to, path } of pending) {
      current = path;
      await requireNoFolder(to);
    }
    for (const { from, to, path } of pending) {
      current = path;
      await rename(from, to);
    }
  } catch (error) {
    await Promise.all(pending.map(({ from }) => rm(from, { force: true })));
    throw new FileError(`${current}: it cannot be written: ${reasonOf(error)}`);
  }
}

async function requireNoFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory()) throw new FileError('there is a folder of that name; choose another --out');
}

/** A text as part of a file name: letters, digits and single dashes, at most 40; '' when nothing is left. */
export function slug(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}+/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, 40)
    .replace(/-+$/, '');
}

/**
 * The start of the output files' names for each picture: its name without its ending, made safe, and with a number
 * where two pictures share a name.
 */
export function stems(paths: readonly string[]): string[] {
  const used = new Set<string>();
  return paths.map((path) => {
    const name = basename(path, extname(path))
      .replace(/[^\p{L}\p{N}._-]+/gu, '-')
      .replace(/^[.-]+/, '')
      .slice(0, 60);
    return unique(name === '' ? 'picture' : name, '', used);
  });
}

/** The name with its ending, or the first of name-2, name-3, ... that is free (file systems may ignore case). */
export function unique(name: string, ending: string, used: Set<string>): string {
  let candidate = `${name}${ending}`;
  for (let n = 2; used.has(candidate.toLowerCase()); n++) candidate = `${name}-${n}${ending}`;
  used.add(candidate.toLowerCase());
  return candidate;
}
