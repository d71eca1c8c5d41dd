/**
 * Reads the safetensors format: 8 bytes little-endian header length n, n bytes of JSON, then the raw little-endian
 * elements. The header maps each tensor's name to `{ dtype, shape, data_offsets: [begin, end] }` (relative to the end
 * of the header) and `__metadata__` to an object of strings.
 * Format: https://github.com/huggingface/safetensors#format
 *
 * Reading is strict, because weights that are silently wrong are worse than none: the tensors must cover the data
 * exactly, without holes, overlaps or a remainder. Nothing is allocated on the word of the header alone.
 */
import { check, FormatError } from '../errors.js';
import { decodeElements, ELEMENT_BYTES, isElementType } from './element-types.js';
import type { ElementType, NumberArray } from './element-types.js';
import { duplicateKey } from './json-keys.js';

/** Where a tensor lies: `byteOffset` counts from the start of the file. */
export interface SafetensorsEntry {
  readonly dtype: ElementType;
  readonly shape: readonly number[];
  readonly byteOffset: number;
  readonly byteLength: number;
}

export interface SafetensorsFile {
  /** What errors call the file. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** `__metadata__`; an object without a prototype, so that any key is harmless. */
  readonly metadata: Readonly<Record<string, string>>;
  /** The tensors, in the order of their data. */
  readonly tensors: ReadonlyMap<string, SafetensorsEntry>;
}

const LENGTH_BYTES = 8;
const MAX_HEADER_BYTES = 100_000_000;
const DAMAGED = 'the file is damaged or not a safetensors file; fetch or export it again';

/** Text from a file as one line of an error message: quoted, escaped, shortened. */
export function quote(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function demand(condition: boolean, message: () => string): asserts condition {
  if (!condition) throw new FormatError(message());
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readHeader(bytes: Uint8Array, name: string): { header: Record<string, unknown>; dataStart: number } {
  demand(bytes.length >= LENGTH_BYTES, () => {
    return `${name}: expected a safetensors file, which has at least 8 bytes, got ${bytes.length}; ${DAMAGED}`;
  });
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  const room = bytes.length - LENGTH_BYTES;
  demand(length <= room, () => {
    return `${name}: the header should have ${length} bytes by its first 8 bytes, but only ${room} follow; ${DAMAGED}`;
  });
  demand(length <= MAX_HEADER_BYTES, () => {
    return `${name}: expected a header of at most ${MAX_HEADER_BYTES} bytes, got ${length}; split the file`;
  });
  const dataStart = LENGTH_BYTES + Number(length);
  let text: string;
  let header: unknown;
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    text = decoder.decode(bytes.slice(LENGTH_BYTES, dataStart));
    header = JSON.parse(text);
  } catch {
    throw new FormatError(`${name}: expected a header of ${length} bytes of JSON, it cannot be parsed; ${DAMAGED}`);
  }
  demand(isObject(header) && text.startsWith('{'), () => {
    return `${name}: expected the header to be a JSON object, it begins with ${quote(text.slice(0, 20))}; ${DAMAGED}`;
  });
  const twice = duplicateKey(text);
  demand(twice === undefined, () => {
    return `${name}: the header has the key ${quote(twice)} twice in one object; export it again with distinct names`;
  });
  return { header, dataStart };
}

function readMetadata(value: unknown, name: string): Record<string, string> {
  const metadata = Object.create(null) as Record<string, string>;
  if (value === undefined) return metadata;
  demand(isObject(value), () => {
    return `${name}: expected __metadata__ to be an object of strings, got ${quote(value)}; export the file again`;
  });
  for (const [key, text] of Object.entries(value)) {
    demand(typeof text === 'string', () => {
      return `${name}: expected the metadata value ${quote(key)} to be a string, got ${quote(text)}; store it as text`;
    });
    metadata[key] = text;
  }
  return metadata;
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Bytes of a tensor, or undefined when they are more than a number counts exactly. */
function sizeInBytes(dtype: ElementType, shape: readonly number[]): number | undefined {
  let size = ELEMENT_BYTES.get(dtype) ?? 0;
  for (const extent of shape) {
    size *= extent;
    if (!Number.isSafeInteger(size)) return undefined;
  }
  return size;
}

/** Checks one tensor on its own; `room` is the number of data bytes in the file. */
function readEntry(value: unknown, label: string, dataStart: number, room: number): SafetensorsEntry {
  demand(isObject(value), () => {
    return `${label}: expected an object with dtype, shape and data_offsets, got ${quote(value)}; ${DAMAGED}`;
  });
  const { dtype, shape, data_offsets: offsets } = value;
  demand(isElementType(dtype), () => {
    const known = [...ELEMENT_BYTES.keys()].join(', ');
    return `${label}: expected dtype ${known}, got ${quote(dtype)}; convert the tensor to one of them and export again`;
  });
  demand(Array.isArray(shape) && shape.every(isSize), () => {
    return `${label}: expected a shape of whole numbers from 0 up, got ${quote(shape)}; ${DAMAGED}`;
  });
  const expected = sizeInBytes(dtype, shape);
  demand(expected !== undefined, () => {
    return `${label}: the shape ${quote(shape)} has more elements than can be counted; ${DAMAGED}`;
  });
  demand(Array.isArray(offsets) && offsets.length === 2 && offsets.every(isSize), () => {
    return `${label}: expected data_offsets to be two whole numbers from 0 up, got ${quote(offsets)}; ${DAMAGED}`;
  });
  const [begin, end] = offsets;
  demand(begin <= end, () => {
    return `${label}: expected data_offsets [begin, end] with begin <= end, got [${begin},${end}]; ${DAMAGED}`;
  });
  demand(end - begin === expected, () => {
    const what = `dtype ${dtype} and shape ${quote(shape)} take ${expected} bytes`;
    return `${label}: ${what}, data_offsets [${begin},${end}] span ${end - begin}; ${DAMAGED}`;
  });
  demand(end <= room, () => {
    return `${label}: data_offsets [${begin},${end}] reach beyond the ${room} data bytes of the file; it is cut off or damaged: fetch or export it again`;
  });
  return { dtype, shape, byteOffset: dataStart + begin, byteLength: expected };
}

/**
 * Reads the header of a safetensors file and checks all of it; the elements stay where they are until
 * `readTensor` and its companions fetch them.
 * @param bytes the whole file; it is kept, not copied
 * @param options.name what errors call the file, default "safetensors file"
 * @throws FormatError for every departure from the format, naming file and tensor
 */
export function parseSafetensors(bytes: Uint8Array, options: { name?: string } = {}): SafetensorsFile {
  const name = options.name ?? 'safetensors file';
  const { header, dataStart } = readHeader(bytes, name);
  const room = bytes.length - dataStart;
  let metadata = readMetadata(undefined, name);
  const found: [string, SafetensorsEntry][] = [];
  for (const [key, value] of Object.entries(header)) {
    if (key === '__metadata__') metadata = readMetadata(value, name);
    else found.push([key, readEntry(value, `${name}: tensor ${quote(key)}`, dataStart, room)]);
  }
  found.sort(([, a], [, b]) => a.byteOffset - b.byteOffset || a.byteLength - b.byteLength);
  let covered = 0;
  let before = 'the header';
  for (const [key, entry] of found) {
    const begin = entry.byteOffset - dataStart;
    demand(begin >= covered, () => {
      return `${name}: tensor ${quote(key)} begins at data byte ${begin} and overlaps ${before}, which ends at ${covered}; ${DAMAGED}`;
    });
    demand(begin === covered, () => {
      return `${name}: tensor ${quote(key)} begins at data byte ${begin}, but ${before} ends at ${covered}, which leaves a hole; ${DAMAGED}`;
    });
    covered += entry.byteLength;
    before = `tensor ${quote(key)}`;
  }
  demand(covered === room, () => {
    return `${name}: ${room - covered} bytes follow the last tensor, which ends at data byte ${covered} of ${room}; ${DAMAGED}`;
  });
  return { name, bytes, metadata, tensors: new Map(found) };
}

function entryOf(file: SafetensorsFile, name: string): SafetensorsEntry {
  const entry = file.tensors.get(name);
  if (entry) return entry;
  const names = [...file.tensors.keys()];
  const some = names.slice(0, 5).map(quote).join(', ') + (names.length > 5 ? `, ... (${names.length} in all)` : '');
  throw new FormatError(`${file.name}: there is no tensor ${quote(name)}; it holds ${some || 'none'}`);
}

function countOf(entry: SafetensorsEntry): number {
  return entry.shape.reduce((count, extent) => count * extent, 1);
}

/**
 * Reads a tensor straight into memory that exists already, such as a backend's: one copy where the types agree, else
 * element by element without an intermediate array. F64 and large integers are rounded to the nearest float32.
 * @param into as many numbers as the tensor has
 * @throws FormatError when the file has no such tensor, ShapeError when `into` has another length
 */
export function readTensor(file: SafetensorsFile, name: string, into: Float32Array | Float64Array): void {
  readInto(file, name, into);
}

function readInto<T extends NumberArray>(file: SafetensorsFile, name: string, into: T): T {
  const entry = entryOf(file, name);
  check(into.length === countOf(entry), () => {
    const shape = quote(entry.shape);
    return `readTensor: tensor ${quote(name)} of ${file.name} has ${countOf(entry)} numbers (shape ${shape}), got room for ${into.length}`;
  });
  const { byteOffset, byteLength } = entry;
  decodeElements(entry.dtype, file.bytes.subarray(byteOffset, byteOffset + byteLength), into);
  return into;
}

/** A tensor's numbers as float32, row-major, in an array of their own. Throws FormatError when there is none such. */
export function readFloat32(file: SafetensorsFile, name: string): Float32Array {
  return readInto(file, name, new Float32Array(countOf(entryOf(file, name))));
}

/** A tensor's numbers as float64: exact, but for I64 beyond 2^53. Throws FormatError when there is none such. */
export function readFloat64(file: SafetensorsFile, name: string): Float64Array {
  return readInto(file, name, new Float64Array(countOf(entryOf(file, name))));
}

/**
 * An I32 or I64 tensor's numbers, such as class labels.
 * @throws FormatError when there is none such, when it is of a float type, or when a number needs more than 32 bits
 */
export function readInt32(file: SafetensorsFile, name: string): Int32Array {
  const { dtype } = entryOf(file, name);
  const label = `${file.name}: tensor ${quote(name)}`;
  demand(dtype === 'I32' || dtype === 'I64', () => {
    return `${label}: expected integers (I32 or I64), got ${dtype}; read it with readFloat32`;
  });
  if (dtype === 'I32') return readInto(file, name, new Int32Array(countOf(entryOf(file, name))));
  const wide = readFloat64(file, name);
  const large = wide.find((value) => (value | 0) !== value);
  demand(large === undefined, () => `${label}: ${large} does not fit in 32 bits; read it with readFloat64`);
  return Int32Array.from(wide);
}
