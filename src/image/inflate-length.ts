// How many bytes a zlib stream unpacks to, and whether it is sound, without unpacking it (RFC 1950, RFC 1951).
//
// pngjs 7 does not notice that Node's zlib gave up early: for a stream that ends too soon or is damaged it returns
// whatever stood in the memory that it had set aside for the pixels. So a stream is walked here before pngjs gets it.
// Only lengths matter, no output is kept; a stream that unpacks to more than `limit` is left at once.

const lengthBase = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
];
const lengthBits = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const codeLengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** Reads bits from the lowest up, as deflate packs them. */
class BitReader {
  private buffer = 0;
  private count = 0;

  constructor(
    private readonly bytes: Uint8Array,
    private at: number,
  ) {}

  /** The next n <= 16 bits without taking them; zeros beyond the end. */
  peek(n: number): number {
    while (this.count < n) {
      this.buffer |= (this.bytes[this.at++] ?? 0) << this.count;
      this.count += 8;
    }
    return this.buffer & ((1 << n) - 1);
  }

  drop(n: number): void {
    this.buffer >>>= n;
    this.count -= n;
    if (this.at - (this.count >> 3) > this.bytes.length) throw new Error('the compressed data ends too early');
  }

  take(n: number): number {
    const value = this.peek(n);
    this.drop(n);
    return value;
  }

  skipToByte(): void {
    this.drop(this.count & 7);
  }

  skipBytes(n: number): void {
    this.at += n - (this.count >> 3);
    this.buffer = 0;
    this.count = 0;
    this.drop(0);
  }
}

/** A Huffman code as a table over the next `bits` bits: symbol * 16 + length of its code, or 0 for an unused code. */
interface Code {
  readonly bits: number;
  readonly table: Uint16Array;
}

/**
 * The unpacked length of a zlib stream.
 *
 * @returns the length, or some number above `limit` if it is more than `limit`
 * @throws Error (with the reason) for a stream that is cut off or damaged
 */
export function inflatedLength(bytes: Uint8Array, limit: number): number {
  const [method = 0, flags = 0] = bytes;
  if ((method & 15) !== 8 || method >> 4 > 7 || (method * 256 + flags) % 31 !== 0 || (flags & 32) !== 0) {
    throw new Error('the compressed data does not begin as a zlib stream');
  }
  const reader = new BitReader(bytes, 2);
  let length = 0;
  for (let last = 0; last === 0 && length <= limit;) {
    last = reader.take(1);
    const kind = reader.take(2);
    if (kind === 0) length += storedLength(reader);
    else if (kind === 1) length = walkBlock(reader, fixedCodes(), length, limit);
    else if (kind === 2) length = walkBlock(reader, readCodes(reader), length, limit);
    else throw new Error('the compressed data has a block of an unknown kind');
  }
  return length;
}

function storedLength(reader: BitReader): number {
  reader.skipToByte();
  const length = reader.take(16);
  if (reader.take(16) !== (length ^ 0xffff)) throw new Error('the compressed data has a block of a wrong length');
  reader.skipBytes(length);
  return length;
}

function walkBlock(reader: BitReader, [literals, distances]: [Code, Code], length: number, limit: number): number {
  while (length <= limit) {
    const symbol = readSymbol(reader, literals);
    if (symbol === 256) break;
    if (symbol < 256) {
      length++;
      continue;
    }
    if (symbol > 285) throw new Error('the compressed data has an unknown length code');
    const copied = lengthBase[symbol - 257] + reader.take(lengthBits[symbol - 257]);
    const code = readSymbol(reader, distances);
    if (code > 29) throw new Error('the compressed data has an unknown distance code');
    const extra = Math.max(0, (code >> 1) - 1);
    const distance = (code < 2 ? code : (2 + (code & 1)) << extra) + reader.take(extra) + 1;
    if (distance > length) throw new Error('the compressed data points before its start');
    length += copied;
  }
  return length;
}

function readSymbol(reader: BitReader, { bits, table }: Code): number {
  const entry = table[reader.peek(bits)];
  if (entry === 0) throw new Error('the compressed data has an unknown code');
  reader.drop(entry & 15);
  return entry >> 4;
}

function fixedCodes(): [Code, Code] {
  const lengths = Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8));
  return [makeCode(lengths), makeCode(Array.from({ length: 32 }, () => 5))];
}

/** The codes of a block that brings its own (RFC 1951, 3.2.7). */
function readCodes(reader: BitReader): [Code, Code] {
  const literalCount = reader.take(5) + 257;
  const distanceCount = reader.take(5) + 1;
  if (literalCount > 286 || distanceCount > 30) throw new Error('the compressed data has broken code tables');
  const orderCount = reader.take(4) + 4;
  const lengthLengths = new Array<number>(19).fill(0);
  for (let i = 0; i < orderCount; i++) lengthLengths[codeLengthOrder[i]] = reader.take(3);
  const lengthCode = makeCode(lengthLengths);
  if (lengthCode.table.includes(0)) throw new Error('the compressed data has broken code tables');

  const lengths: number[] = [];
  while (lengths.length < literalCount + distanceCount) {
    const symbol = readSymbol(reader, lengthCode);
    if (symbol < 16) {
      lengths.push(symbol);
      continue;
    }
    if (symbol === 16 && lengths.length === 0) throw new Error('the compressed data repeats a length before the first');
    const value = symbol === 16 ? lengths[lengths.length - 1] : 0;
    const [bits, least] = { 16: [2, 3], 17: [3, 3] }[symbol] ?? [7, 11];
    for (let n = reader.take(bits) + least; n > 0; n--) lengths.push(value);
  }
  if (lengths.length > literalCount + distanceCount || lengths[256] === 0) {
    throw new Error('the compressed data has broken code tables');
  }
  return [makeCode(lengths.slice(0, literalCount)), makeCode(lengths.slice(literalCount))];
}

/** The canonical Huffman code with these code lengths (RFC 1951, 3.2.2); deflate stores a code's first bit lowest. */
function makeCode(lengths: readonly number[]): Code {
  const bits = Math.max(1, ...lengths);
  const table = new Uint16Array(1 << bits);
  let code = 0;
  for (let length = 1; length <= bits; length++, code <<= 1) {
    lengths.forEach((value, symbol) => {
      if (value !== length) return;
      if (code >= 1 << length) throw new Error('the compressed data has broken code tables');
      for (let i = reverseBits(code, length); i < table.length; i += 1 << length) table[i] = symbol * 16 + length;
      code++;
    });
  }
  // A code must use up all bit patterns, unless it has no symbol at all or a single one.
  if (code !== 0 && code !== 2 << bits && bits > 1) throw new Error('the compressed data has broken code tables');
  return { bits, table };
}

function reverseBits(value: number, count: number): number {
  let out = 0;
  for (let i = 0; i < count; i++) out |= ((value >> i) & 1) << (count - 1 - i);
  return out;
}
