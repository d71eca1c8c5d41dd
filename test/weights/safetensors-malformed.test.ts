import t from 'tap';
import { BacklightError, FormatError, ShapeError } from '../../src/errors.js';
import { parseSafetensors, readFloat32, readInt32 } from '../../src/weights/safetensors.js';
import { writeSafetensors } from '../../src/weights/safetensors-writer.js';

/** A file of this header (text, or an object to be made JSON) and this many zero bytes of data. */
function file(header: unknown, dataBytes = 0, headerLength?: bigint): Uint8Array {
  const text = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + text.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, headerLength ?? BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

const tensor = (shape: unknown, begin: unknown, end: unknown, dtype: unknown = 'F32'): Record<string, unknown> => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

const DAMAGED = 'the file is damaged or not a safetensors file; fetch or export it again';
const whole = writeSafetensors([['a', { shape: [2, 2], data: new Float32Array(4) }]]);

const cases: [what: string, bytes: Uint8Array, message: string][] = [
  ['an empty file', new Uint8Array(0), `w: expected a safetensors file, which has at least 8 bytes, got 0; ${DAMAGED}`],
  [
    'shorter than 8 bytes',
    new Uint8Array(7),
    `w: expected a safetensors file, which has at least 8 bytes, got 7; ${DAMAGED}`,
  ],
  [
    'a header length of 2^60',
    file('{}', 0, 2n ** 60n),
    `w: the header should have 1152921504606846976 bytes by its first 8 bytes, but only 2 follow; ${DAMAGED}`,
  ],
  [
    'a header length of 2^64 - 1',
    file('{}', 0, 2n ** 64n - 1n),
    `w: the header should have 18446744073709551615 bytes by its first 8 bytes, but only 2 follow; ${DAMAGED}`,
  ],
  [
    'a header one byte longer than the file',
    file('{}', 0, 3n),
    `w: the header should have 3 bytes by its first 8 bytes, but only 2 follow; ${DAMAGED}`,
  ],
  [
    'a header over 100 MB',
    file('{}', 100_000_001, 100_000_001n),
    'w: expected a header of at most 100000000 bytes, got 100000001; split the file',
  ],
  ['no header', file(''), `w: expected a header of 0 bytes of JSON, it cannot be parsed; ${DAMAGED}`],
  ['broken JSON', file('{"a":'), `w: expected a header of 5 bytes of JSON, it cannot be parsed; ${DAMAGED}`],
  [
    'a header that is not UTF-8',
    Uint8Array.from([4, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x22, 0xff, 0x7d]),
    `w: expected a header of 4 bytes of JSON, it cannot be parsed; ${DAMAGED}`,
  ],
  ['an array', file('[1,2]'), `w: expected the header to be a JSON object, it begins with "[1,2]"; ${DAMAGED}`],
  ['null', file('null'), `w: expected the header to be a JSON object, it begins with "null"; ${DAMAGED}`],
  ['blanks first', file(' {}'), `w: expected the header to be a JSON object, it begins with " {}"; ${DAMAGED}`],
  [
    'a name twice',
    file('{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"\\u0061":{}}', 4),
    'w: the header has the key "a" twice in one object; export it again with distinct names',
  ],
  [
    'a field twice',
    file('{"a":{"dtype":"F32","dtype":"I32","shape":[],"data_offsets":[0,4]}}', 4),
    'w: the header has the key "dtype" twice in one object; export it again with distinct names',
  ],
  [
    'metadata that is no object',
    file({ __metadata__: ['x'] }),
    'w: expected __metadata__ to be an object of strings, got ["x"]; export the file again',
  ],
  [
    'metadata that is no string',
    file({ __metadata__: { classes: 10 } }),
    'w: expected the metadata value "classes" to be a string, got 10; store it as text',
  ],
  [
    'a tensor that is no object',
    file({ a: 3 }),
    `w: tensor "a": expected an object with dtype, shape and data_offsets, got 3; ${DAMAGED}`,
  ],
  [
    'an unknown dtype',
    file({ a: tensor([4], 0, 4, 'F8_E4M3') }, 4),
    'w: tensor "a": expected dtype F64, F32, F16, BF16, I64, I32, got "F8_E4M3"; convert the tensor to one of them and export again',
  ],
  [
    'a dtype that every object has',
    file({ a: tensor([], 0, 4, 'constructor') }, 4),
    'w: tensor "a": expected dtype F64, F32, F16, BF16, I64, I32, got "constructor"; convert the tensor to one of them and export again',
  ],
  [
    'no dtype',
    file({ a: { shape: [], data_offsets: [0, 4] } }, 4),
    'w: tensor "a": expected dtype F64, F32, F16, BF16, I64, I32, got nothing; convert the tensor to one of them and export again',
  ],
  ...([[-1], [1.5], ['2'], [null], 4, [2 ** 60]] as const).map((shape): [string, Uint8Array, string] => [
    `the shape ${JSON.stringify(shape)}`,
    file({ a: tensor(shape, 0, 4) }, 4),
    `w: tensor "a": expected a shape of whole numbers from 0 up, got ${JSON.stringify(shape)}; ${DAMAGED}`,
  ]),
  [
    'a shape whose product overflows',
    file({ a: tensor([2 ** 31, 2 ** 31, 0], 0, 0) }),
    `w: tensor "a": the shape [2147483648,2147483648,0] has more elements than can be counted; ${DAMAGED}`,
  ],
  [
    'one offset',
    file({ a: { dtype: 'F32', shape: [], data_offsets: [0] } }, 4),
    `w: tensor "a": expected data_offsets to be two whole numbers from 0 up, got [0]; ${DAMAGED}`,
  ],
  [
    'a negative offset',
    file({ a: tensor([], -4, 0) }, 4),
    `w: tensor "a": expected data_offsets to be two whole numbers from 0 up, got [-4,0]; ${DAMAGED}`,
  ],
  [
    'reversed offsets',
    file({ a: tensor([], 4, 0) }, 4),
    `w: tensor "a": expected data_offsets [begin, end] with begin <= end, got [4,0]; ${DAMAGED}`,
  ],
  [
    'offsets that do not match the shape',
    file({ a: tensor([3], 0, 16) }, 16),
    `w: tensor "a": dtype F32 and shape [3] take 12 bytes, data_offsets [0,16] span 16; ${DAMAGED}`,
  ],
  [
    'offsets far out of range',
    file({ a: tensor([2 ** 40], 0, 2 ** 42) }, 16),
    'w: tensor "a": data_offsets [0,4398046511104] reach beyond the 16 data bytes of the file; it is cut off or damaged: fetch or export it again',
  ],
  [
    'a truncated file',
    whole.subarray(0, whole.length - 1),
    'w: tensor "a": data_offsets [0,16] reach beyond the 15 data bytes of the file; it is cut off or damaged: fetch or export it again',
  ],
  [
    'overlapping tensors',
    file({ a: tensor([2], 0, 8), b: tensor([2], 4, 12) }, 12),
    `w: tensor "b" begins at data byte 4 and overlaps tensor "a", which ends at 8; ${DAMAGED}`,
  ],
  [
    'two names for the same bytes',
    file({ a: tensor([2], 0, 8), b: tensor([2], 0, 8) }, 8),
    `w: tensor "b" begins at data byte 0 and overlaps tensor "a", which ends at 8; ${DAMAGED}`,
  ],
  [
    'a hole before the first tensor',
    file({ a: tensor([], 4, 8) }, 8),
    `w: tensor "a" begins at data byte 4, but the header ends at 0, which leaves a hole; ${DAMAGED}`,
  ],
  [
    'a hole between two tensors',
    file({ b: tensor([], 8, 12), a: tensor([], 0, 4) }, 12),
    `w: tensor "b" begins at data byte 8, but tensor "a" ends at 4, which leaves a hole; ${DAMAGED}`,
  ],
  [
    'bytes behind the last tensor',
    file({ a: tensor([], 0, 4) }, 9),
    `w: 5 bytes follow the last tensor, which ends at data byte 4 of 9; ${DAMAGED}`,
  ],
  [
    'data without tensors',
    file({}, 3),
    `w: 3 bytes follow the last tensor, which ends at data byte 0 of 3; ${DAMAGED}`,
  ],
  [
    'a long name with line breaks',
    file({ ['x\n'.repeat(100)]: 0 }),
    `w: tensor "${'x\\n'.repeat(25)}x...: expected an object with dtype, shape and data_offsets, got 0; ${DAMAGED}`,
  ],
];

t.test('every departure from the format is one clear line', (t) => {
  for (const [what, bytes, message] of cases) {
    t.throws(() => parseSafetensors(bytes, { name: 'w' }), new FormatError(message), what);
    t.notMatch(message, '\n');
  }
  t.throws(() => parseSafetensors(new Uint8Array(3)), /^safetensors file: expected/);
  t.end();
});

t.test('nesting does not exhaust the stack', (t) => {
  const deep = `{"a":${'{"a":'.repeat(200_000)}1${'}'.repeat(200_000)}}`;
  t.throws(() => parseSafetensors(file(deep)), FormatError);
  t.throws(() => parseSafetensors(file(`${'['.repeat(200_000)}${']'.repeat(200_000)}`)), FormatError);
  t.end();
});

t.test('asking for what is not there', (t) => {
  const parsed = parseSafetensors(whole, { name: 'w' });
  t.throws(() => readFloat32(parsed, 'b'), new FormatError('w: there is no tensor "b"; it holds "a"'));
  t.throws(
    () => readInt32(parsed, 'a'),
    new FormatError('w: tensor "a": expected integers (I32 or I64), got F32; read it with readFloat32'),
  );
  const data = new Float64Array([2 ** 31]);
  const wide = parseSafetensors(writeSafetensors([['x', { shape: [1], data, dtype: 'I64' }]]), { name: 'w' });
  t.throws(
    () => readInt32(wide, 'x'),
    new FormatError('w: tensor "x": 2147483648 does not fit in 32 bits; read it with readFloat64'),
  );
  const none = parseSafetensors(writeSafetensors([]), { name: 'w' });
  t.throws(() => readFloat32(none, 'x'), new FormatError('w: there is no tensor "x"; it holds none'));
  t.end();
});

t.test('what cannot be written', (t) => {
  const data = new Float32Array([1, 70000]);
  const write = (name: string, dtype?: 'F16' | 'I32' | 'I64', values = data) =>
    writeSafetensors([[name, { shape: [2], data: values, dtype }]]);
  t.throws(
    () => write('a', 'F16'),
    new FormatError(
      'writeSafetensors: tensor "a": 70000 (index 1) cannot be stored as F16; choose a type with more room',
    ),
  );
  t.throws(() => write('a', 'I32', new Float32Array([0.5, 1])), /0\.5 \(index 0\) cannot be stored as I32/);
  t.throws(() => write('a', 'I32', new Float32Array([1, 2 ** 31])), /2147483648 \(index 1\) cannot be stored as I32/);
  t.throws(() => write('a', 'I64', new Float32Array([NaN, 1])), /NaN \(index 0\) cannot be stored as I64/);
  t.throws(() => write('a', 'I64', new Float32Array([0, 2 ** 63])), /\(index 1\) cannot be stored as I64/);
  const big = new Float64Array([1e39]);
  t.throws(() => writeSafetensors([['a', { shape: [1], data: big, dtype: 'F32' }]]), /1e\+39 \(index 0\) cannot/);
  t.throws(() => writeSafetensors([['a', { shape: [1], data: big, dtype: 'BF16' }]]), /1e\+39 \(index 0\) cannot/);
  // The first numbers that round to infinity, and their neighbours below, which do not.
  const edges = { F32: 2 ** 128 - 2 ** 103, F16: 65520, BF16: 2 ** 128 - 2 ** 119 };
  for (const dtype of ['F32', 'F16', 'BF16'] as const) {
    const edge = edges[dtype];
    const put = (value: number): Uint8Array =>
      writeSafetensors([['a', { shape: [1], data: new Float64Array([value]), dtype }]]);
    t.throws(() => put(-edge), FormatError, `${dtype} ${-edge}`);
    t.ok(Number.isFinite(readFloat32(parseSafetensors(put(-edge * (1 - 2 ** -53))), 'a')[0]), dtype);
    t.equal(readFloat32(parseSafetensors(put(-Infinity)), 'a')[0], -Infinity, dtype);
  }
  t.throws(() => write('__metadata__'), /the name "__metadata__" is the format's own/);
  t.throws(
    () => writeSafetensors(['a', 'a'].map((name) => [name, { shape: [2], data }])),
    new FormatError('writeSafetensors: got two tensors named "a"; give each its own name'),
  );
  t.throws(
    () => writeSafetensors([['a', { shape: [3], data }]]),
    new ShapeError('writeSafetensors: tensor "a" of shape [3] got 2 numbers'),
  );
  const metadata = JSON.parse('{"classes":10}') as Record<string, string>;
  t.throws(() => writeSafetensors([], metadata), /metadata value "classes" to be a string, got 10; use JSON.stringify/);
  t.end();
});

/** A 32-bit xorshift generator: the same corruptions in every run. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

t.test('20,000 random corruptions: read as it is or a FormatError, nothing else', (t) => {
  const original = writeSafetensors(
    [
      ['features.0.weight', { shape: [2, 3], data: new Float32Array(6).fill(1.5) }],
      ['features.0.bias', { shape: [2], data: new Float32Array([1, 2]), dtype: 'F16' }],
      ['steps', { shape: [], data: new Int32Array([9]), dtype: 'I64' }],
    ],
    { format: 'pt' },
  );
  const random = randomNumbers(20240607);
  const outcomes = { read: 0, refused: 0 };
  const printable = '{}[]",:0123456789-+.eE\\ antruefls';
  const end = 8 + new DataView(original.buffer).getUint8(0) + 256 * new DataView(original.buffer).getUint8(1);
  for (let round = 0; round < 20_000; round++) {
    let bytes = original.slice();
    for (let edits = 1 + random(4); edits > 0; edits--) {
      const at = random(4) ? random(Math.min(end, bytes.length)) : random(bytes.length);
      const kind = random(4);
      if (kind === 0) bytes[at] ^= 1 << random(8);
      else if (kind === 1) bytes[at] = printable.charCodeAt(random(printable.length));
      else if (kind === 2) bytes[at] = random(256);
      else if (random(8) === 0) bytes = bytes.slice(0, 1 + at);
    }
    try {
      const parsed = parseSafetensors(bytes);
      let numbers = 0;
      for (const name of parsed.tensors.keys()) numbers += readFloat32(parsed, name).length;
      if (numbers > bytes.length) t.fail(`round ${round}: ${numbers} numbers out of ${bytes.length} bytes`);
      outcomes.read++;
    } catch (error) {
      const fine = error instanceof BacklightError && error.name === 'FormatError' && !error.message.includes('\n');
      if (!fine) t.fail(`round ${round}`, { error });
      outcomes.refused++;
    }
  }
  t.ok(outcomes.read > 500, `${outcomes.read} were read`);
  t.ok(outcomes.refused > 5000, `${outcomes.refused} were refused`);
  t.end();
});
