/** Writes the safetensors format (see safetensors.ts), the header padded with spaces so that the data is aligned. */
import { check, FormatError } from '../errors.js';
import { ELEMENT_BYTES, elementTypeOf, encodeElements } from './element-types.js';
import type { ElementType, NumberArray } from './element-types.js';
import { quote } from './safetensors.js';

/** A tensor to write: row-major numbers, stored as `dtype` (default: the type that holds `data` as it is). */
export interface SafetensorsInput {
  readonly shape: readonly number[];
  readonly data: NumberArray;
  readonly dtype?: ElementType;
}

const LENGTH_BYTES = 8;

function byteLength(name: string, { shape, data, dtype }: SafetensorsInput): number {
  check(shape.reduce((count, extent) => count * extent, 1) === data.length, () => {
    return `writeSafetensors: tensor ${quote(name)} of shape ${quote(shape)} got ${data.length} numbers`;
  });
  return data.length * (ELEMENT_BYTES.get(dtype ?? elementTypeOf(data)) ?? 0);
}

/**
 * The bytes of a safetensors file with these tensors, names and data in the given order. Narrowing to F16 and BF16
 * rounds to nearest, ties to even.
 * @param metadata strings about the file, stored as `__metadata__`
 * @throws FormatError for a name that is reserved or given twice and for a number that the dtype cannot hold,
 * ShapeError when a shape and its data disagree
 */
export function writeSafetensors(
  tensors: Iterable<readonly [name: string, tensor: SafetensorsInput]>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const inputs = new Map<string, SafetensorsInput>();
  const fields: string[] = [];
  if (Object.keys(metadata).length > 0) fields.push(`"__metadata__":${JSON.stringify(checkedMetadata(metadata))}`);
  let end = 0;
  for (const [name, input] of tensors) {
    if (name === '__metadata__') {
      throw new FormatError(
        'writeSafetensors: the name "__metadata__" is the format\'s own; call the tensor otherwise',
      );
    }
    if (inputs.has(name)) {
      throw new FormatError(`writeSafetensors: got two tensors named ${quote(name)}; give each its own name`);
    }
    const begin = end;
    end += byteLength(name, input);
    inputs.set(name, input);
    const dtype = input.dtype ?? elementTypeOf(input.data);
    // Written as text, name by name: in an object "__proto__" would vanish and "10" would move to the front.
    fields.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype, shape: input.shape, data_offsets: [begin, end] })}`);
  }
  const header = new TextEncoder().encode(`{${fields.join(',')}}`);
  const headerLength = Math.ceil(header.length / LENGTH_BYTES) * LENGTH_BYTES;
  const bytes = new Uint8Array(LENGTH_BYTES + headerLength + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.set(header, LENGTH_BYTES);
  bytes.fill(0x20, LENGTH_BYTES + header.length, LENGTH_BYTES + headerLength);
  let at = LENGTH_BYTES + headerLength;
  for (const [name, input] of inputs) {
    const dtype = input.dtype ?? elementTypeOf(input.data);
    const next = at + byteLength(name, input);
    const misfit = encodeElements(dtype, input.data, bytes.subarray(at, next));
    if (misfit >= 0) {
      const what = `${input.data[misfit]} (index ${misfit}) cannot be stored as ${dtype}`;
      throw new FormatError(`writeSafetensors: tensor ${quote(name)}: ${what}; choose a type with more room`);
    }
    at = next;
  }
  return bytes;
}

function checkedMetadata(metadata: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  for (const [key, value] of Object.entries(metadata)) {
    if (typeof value !== 'string') {
      throw new FormatError(
        `writeSafetensors: expected the metadata value ${quote(key)} to be a string, got ${quote(value)}; use JSON.stringify`,
      );
    }
  }
  return metadata;
}
