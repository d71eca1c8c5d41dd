import { readFileSync } from 'node:fs';
import t from 'tap';
import { ShapeError } from '../../src/errors.js';
import { parseSafetensors, readFloat32, readFloat64, readInt32, readTensor } from '../../src/weights/safetensors.js';
import { writeSafetensors } from '../../src/weights/safetensors-writer.js';

const golden = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(`../golden/${name}`, import.meta.url)));

t.test('a file with known bytes', (t) => {
  const header = '{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}  ';
  const bytes = Uint8Array.from([
    ...[56, 0, 0, 0, 0, 0, 0, 0],
    ...new TextEncoder().encode(header),
    ...[0x00, 0x00, 0x80, 0x3f, 0x00, 0x00, 0x20, 0xc0],
  ]);
  t.same(readFloat32(parseSafetensors(bytes), 'a'), new Float32Array([1, -2.5]));
  t.same(writeSafetensors([['a', { shape: [2], data: new Float32Array([1, -2.5]) }]]), bytes, 'written the same');
  t.same([...writeSafetensors([])], [8, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x7d, 32, 32, 32, 32, 32, 32], 'no tensors');
  t.end();
});

t.test('every element type, with the numbers that are hard for it', (t) => {
  const tensors = {
    F64: new Float64Array([Math.PI, -0, 5e-324, 1.7976931348623157e308, -Infinity, NaN]),
    F32: new Float32Array([0.1, -0, 1.401298464324817e-45, 3.4028234663852886e38, Infinity, NaN]),
    F16: new Float32Array([1.5, -0, 2 ** -24, 65504, -Infinity, NaN]),
    BF16: new Float32Array([1.5, -0, 2 ** -133, 255 * 2 ** 120, Infinity, NaN]),
    I64: new Float64Array([0, -1, 2 ** 31, -(2 ** 53), 2 ** 53, -(2 ** 63)]),
    I32: new Int32Array([0, -1, 1, 2147483647, -2147483648, 16777217]),
  };
  const dtypes = Object.keys(tensors) as (keyof typeof tensors)[];
  const bytes = writeSafetensors(
    dtypes.map((dtype) => [dtype, { shape: [2, 3], data: tensors[dtype], dtype }]),
    { note: 'äöü "quoted"\n' },
  );
  t.equal(bytes.length % 8, 0);
  const file = parseSafetensors(bytes);
  t.same({ ...file.metadata }, { note: 'äöü "quoted"\n' });
  t.same([...file.tensors.keys()], dtypes);
  for (const dtype of dtypes) {
    t.match(file.tensors.get(dtype), { dtype, shape: [2, 3] });
    const exact = [...tensors[dtype]];
    t.ok(
      readFloat64(file, dtype).every((value, i) => Object.is(value, exact[i])),
      `${dtype} as float64 is exact`,
    );
    t.ok(
      readFloat32(file, dtype).every((value, i) => Object.is(value, Math.fround(exact[i]))),
      `${dtype} as float32 is the nearest`,
    );
  }
  t.same(readInt32(file, 'I32'), tensors.I32);
  t.end();
});

t.test('writing a type other than the data', (t) => {
  const data = new Float64Array([1, -2, 3]);
  for (const dtype of ['F64', 'F32', 'F16', 'BF16', 'I64', 'I32'] as const) {
    const file = parseSafetensors(writeSafetensors([['x', { shape: [3], data, dtype }]]));
    t.same(readFloat64(file, 'x'), data, dtype);
  }
  const rounded = new Float32Array([1 + 2 ** -11, 1 + 3 * 2 ** -11, 1 + 2 ** -8, 1 + 3 * 2 ** -8]);
  const narrow = writeSafetensors([
    ['half', { shape: [2], data: rounded.subarray(0, 2), dtype: 'F16' }],
    ['brain', { shape: [2], data: rounded.subarray(2), dtype: 'BF16' }],
  ]);
  t.same(readFloat32(parseSafetensors(narrow), 'half'), new Float32Array([1, 1 + 2 ** -9]), 'ties to even');
  t.same(readFloat32(parseSafetensors(narrow), 'brain'), new Float32Array([1, 1 + 2 ** -6]), 'ties to even');
  t.end();
});

t.test('reading into memory that is there, data at odd addresses', (t) => {
  const data = new Float32Array([1, 2, 3, 4]);
  const written = writeSafetensors([
    ['odd', { shape: [3], data: data.subarray(0, 3), dtype: 'F16' }],
    ['f32', { shape: [4], data }],
    ['f64', { shape: [4], data, dtype: 'F64' }],
    ['i64', { shape: [], data: new Int32Array([7]), dtype: 'I64' }],
  ]);
  for (const shift of [0, 1, 3]) {
    const shifted = new Uint8Array(written.length + shift).subarray(shift);
    shifted.set(written);
    const file = parseSafetensors(shifted);
    const memory = new Float32Array(new SharedArrayBuffer(48)).fill(-1);
    readTensor(file, 'f32', memory.subarray(4, 8));
    t.same([...memory], [-1, -1, -1, -1, 1, 2, 3, 4, -1, -1, -1, -1]);
    readTensor(file, 'f64', memory.subarray(8));
    t.same([...memory.subarray(8)], [1, 2, 3, 4]);
    const wide = new Float64Array(4);
    readTensor(file, 'f32', wide);
    t.same([...wide], [1, 2, 3, 4]);
    t.same(readInt32(file, 'i64'), new Int32Array([7]));
    t.same(file.tensors.get('i64')?.shape, []);
  }
  const file = parseSafetensors(written, { name: 'w.safetensors' });
  t.throws(() => {
    readTensor(file, 'f32', new Float32Array(5));
  }, new ShapeError('readTensor: tensor "f32" of w.safetensors has 4 numbers (shape [4]), got room for 5'));
  t.end();
});

t.test('names keep their order and none is dangerous', (t) => {
  const names = ['10', '__proto__', 'constructor', '2', '', 'ünï "x"\n'];
  const bytes = writeSafetensors(
    names.map((name, i) => [name, { shape: [1], data: new Float32Array([i]) }]),
    JSON.parse('{ "__proto__": "a", "toString": "b" }') as Record<string, string>,
  );
  const file = parseSafetensors(bytes);
  t.same([...file.tensors.keys()], names);
  names.forEach((name, i) => t.equal(readFloat32(file, name)[0], i));
  t.same(Object.entries(file.metadata), [
    ['__proto__', 'a'],
    ['toString', 'b'],
  ]);
  t.equal(file.metadata['constructor'], undefined);
  t.equal(Reflect.get({}, 'dtype'), undefined, 'no prototype was touched');
  t.end();
});

t.test('empty tensors take no bytes and stand anywhere', (t) => {
  const bytes = writeSafetensors([
    ['none', { shape: [0, 3], data: new Float32Array(0) }],
    ['one', { shape: [1], data: new Float32Array([5]) }],
    ['end', { shape: [4, 0], data: new Int32Array(0) }],
  ]);
  const file = parseSafetensors(bytes);
  t.equal(readFloat32(file, 'none').length, 0);
  t.equal(readFloat32(file, 'one')[0], 5);
  t.same(file.tensors.get('end')?.shape, [4, 0]);
  t.end();
});

t.test('the golden files, which another implementation wrote', (t) => {
  const ops = parseSafetensors(golden('ops.safetensors'));
  t.equal(ops.tensors.size, 594);
  t.match(ops.tensors.get('conv2d/3x3_pad1/in0'), { dtype: 'F32', shape: [2, 3, 9, 11], byteLength: 2376 });
  const optim = parseSafetensors(golden('optim.safetensors'));
  t.same([...readInt32(optim, 'target')], [0, 1, 2, 0, 1, 2, 0, 1]);
  t.same([...readFloat32(optim, 'x').subarray(0, 3)], [-0.808615505695343, -0.6289141774177551, 0.141110360622406]);
  const image = parseSafetensors(golden('image.safetensors'));
  t.same([...readInt32(image, 'colormap/autumn').subarray(0, 9)], [255, 0, 0, 255, 1, 0, 255, 2, 0]);
  const again = writeSafetensors(
    [...optim.tensors].map(([name, { dtype, shape }]) => [
      name,
      { shape, data: dtype === 'I32' ? readInt32(optim, name) : readFloat32(optim, name) },
    ]),
  );
  const data = (bytes: Uint8Array): number[] => [...bytes.subarray(-840)];
  t.same(data(again), data(golden('optim.safetensors')), 'its data written again, byte for byte');
  t.end();
});
