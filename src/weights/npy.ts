/**
 * NumPy's .npy format, version 1.0: the magic bytes, the version, a 16-bit header length, a Python dict literal padded
 * with spaces so that the data begins at a multiple of 64, then the raw elements. float32, little-endian, C order.
 * Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
import { check, FormatError } from '../errors.js';

const MAGIC = '\x93NUMPY';
const PREFIX_BYTES = MAGIC.length + 4;
const ALIGNMENT = 64;

/**
 * The bytes of an .npy file that `numpy.load` reads as a float32 array.
 * @param data row-major numbers
 * @param shape `[]` for a scalar
 * @throws ShapeError when shape and data disagree
 */
export function writeNpy(data: Float32Array, shape: readonly number[]): Uint8Array {
  check(shape.reduce((count, extent) => count * extent, 1) === data.length, () => {
    return `writeNpy: the shape [${shape.join(',')}] got ${data.length} numbers`;
  });
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const dict = `{'descr': '<f4', 'fortran_order': False, 'shape': ${tuple}, }`;
  const dataStart = Math.ceil((PREFIX_BYTES + dict.length + 1) / ALIGNMENT) * ALIGNMENT;
  const headerLength = dataStart - PREFIX_BYTES;
  const bytes = new Uint8Array(dataStart + data.byteLength);
  const head = `${MAGIC}\x01\x00${String.fromCharCode(headerLength & 0xff, headerLength >> 8)}${dict.padEnd(headerLength - 1)}\n`;
  for (let i = 0; i < dataStart; i++) bytes[i] = head.charCodeAt(i);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), dataStart);
  return bytes;
}

/**
 * Reads an .npy file of float32 in C order, format version 1.0 (what `writeNpy` and `numpy.save` write).
 * @param name what errors call the file
 * @throws FormatError for anything else
 */
export function readNpy(bytes: Uint8Array, name = '.npy file'): { data: Float32Array; shape: number[] } {
  const fail = (message: string): never => {
    throw new FormatError(`${name}: ${message}`);
  };
  const prefix = String.fromCharCode(...bytes.subarray(0, PREFIX_BYTES));
  if (prefix.length < PREFIX_BYTES || !prefix.startsWith(`${MAGIC}\x01\x00`)) {
    fail('expected the first bytes of an .npy file of version 1.0; write it with numpy.save');
  }
  const dataStart = PREFIX_BYTES + bytes[PREFIX_BYTES - 2] + 256 * bytes[PREFIX_BYTES - 1];
  const header = new TextDecoder('latin1').decode(bytes.slice(PREFIX_BYTES, dataStart));
  const descr = /'descr': *'([^']*)'/.exec(header)?.[1];
  const order = /'fortran_order': *(True|False)/.exec(header)?.[1];
  const tuple = /'shape': *\(([\d, ]*)\)/.exec(header)?.[1];
  if (descr === undefined || order === undefined || tuple === undefined) {
    return fail('expected a header with descr, fortran_order and shape; the file is damaged, save it again');
  }
  if (descr !== '<f4' || order !== 'False') {
    fail(
      `expected '<f4' in C order, got '${descr}' (Fortran order ${order}); save np.ascontiguousarray(a, dtype='<f4')`,
    );
  }
  const shape = tuple
    .split(',')
    .filter((text) => text.trim() !== '')
    .map(Number);
  const expected = shape.reduce((count, extent) => count * extent, 4);
  const got = Math.max(0, bytes.length - dataStart);
  if (expected !== got) fail(`the shape [${shape.join(',')}] takes ${expected} bytes, got ${got}; save the file again`);
  const data = new Float32Array(expected / 4);
  new Uint8Array(data.buffer).set(bytes.subarray(dataStart));
  return { data, shape };
}
