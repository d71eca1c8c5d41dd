/** Which memory goes over to the other side instead of being copied: that of all numbers in a message. */
export function transferables(value: unknown, found = new Set<ArrayBuffer>()): ArrayBuffer[] {
  if (value instanceof Float32Array || value instanceof Uint8ClampedArray) {
    if (value.buffer instanceof ArrayBuffer) found.add(value.buffer);
  } else if (typeof value === 'object' && value !== null && !(value instanceof Blob)) {
    for (const item of Object.values(value)) transferables(item, found);
  }
  return [...found];
}
