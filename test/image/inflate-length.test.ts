import { deflateSync, inflateSync } from 'node:zlib';
import t from 'tap';
import { inflatedLength } from '../../src/image/inflate-length.js';

/** Repeatable numbers 0 .. 2^31 - 1. */
function* numbers(seed: number): Generator<number, never> {
  for (let x = seed; ;) yield (x = (x * 1103515245 + 12345) & 0x7fffffff) >> 8;
}

const samples = [0, 1, 300, 5000].flatMap((length) => {
  const random = numbers(length + 1);
  return [2, 17, 256].map((values) => Uint8Array.from({ length }, () => random.next().value % values));
});

t.test('the length of what zlib packs, by every strategy and level', async (t) => {
  for (const sample of samples) {
    for (const strategy of [0, 1, 2, 3, 4]) {
      for (const level of [0, 1, 9]) {
        const packed = new Uint8Array(deflateSync(sample, { strategy, level }));
        t.equal(
          inflatedLength(packed, 1e6),
          sample.length,
          `${sample.length} bytes, strategy ${strategy}, level ${level}`,
        );
      }
    }
  }
});

t.test('a cut stream is refused', async (t) => {
  for (const sample of samples) {
    const packed = new Uint8Array(deflateSync(sample));
    const body = packed.length - 4; // behind it: the checksum of the contents
    for (let length = 0; length < body; length += 1 + (length >> 4)) {
      t.throws(() => inflatedLength(packed.subarray(0, length), 1e6), { message: /^the compressed data/ });
    }
  }
});

t.test('a stream with a flipped bit: accepted only if zlib finds the codes sound', async (t) => {
  const random = numbers(7);
  let refused = 0;
  for (const sample of samples) {
    for (let k = 0; k < 200; k++) {
      const packed = new Uint8Array(deflateSync(sample));
      packed[random.next().value % (packed.length - 4)] ^= 1 << (random.next().value % 8);
      let reason = '';
      let length = -1;
      try {
        length = inflateSync(packed).length;
      } catch (error) {
        reason = String(error);
      }
      try {
        const got = inflatedLength(packed, 1e6);
        if (length >= 0) t.equal(got, length);
        else t.match(reason, /incorrect data check|unexpected end of file/, 'only the checksum, which is not asked');
      } catch {
        refused++;
        t.equal(length, -1, 'zlib refuses it too');
      }
    }
  }
  t.ok(refused > 500, `${refused} refused`);
});

t.test('it stops at the limit', async (t) => {
  const bomb = new Uint8Array(deflateSync(new Uint8Array(50_000_000)));
  const length = inflatedLength(bomb, 1000);
  t.ok(length > 1000 && length <= 1258, String(length));
});
