// The tensors of test/golden/image.safetensors by name (8 bytes of header length, JSON, raw little-endian data).

import { readFileSync } from 'node:fs';

export interface GoldenTensor {
  shape: number[];
  values: number[];
}

interface Entry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

const bytes = readFileSync(new URL('../golden/image.safetensors', import.meta.url));
const base = 8 + Number(bytes.readBigUInt64LE(0));
const header: Record<string, Entry | undefined> = JSON.parse(bytes.toString('utf8', 8, base));

export function golden(name: string): GoldenTensor {
  const entry = header[name];
  if (entry === undefined) throw new Error(`no tensor ${name} in image.safetensors`);
  const [begin, end] = entry.data_offsets;
  const width = entry.dtype === 'F64' ? 8 : 4;
  const read = (at: number) => {
    if (entry.dtype === 'F64') return bytes.readDoubleLE(at);
    return entry.dtype === 'F32' ? bytes.readFloatLE(at) : bytes.readInt32LE(at);
  };
  const values = Array.from({ length: (end - begin) / width }, (_, i) => read(base + begin + i * width));
  return { shape: entry.shape, values };
}

export function goldenNames(prefix: string): string[] {
  return Object.keys(header).filter((name) => name.startsWith(prefix));
}
