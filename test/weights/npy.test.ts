import t from 'tap';
import { FormatError, ShapeError } from '../../src/errors.js';
import { readNpy, writeNpy } from '../../src/weights/npy.js';

/** What numpy.save writes (NumPy 2.4) for this header text and these bytes. */
function npy(dict: string, data: number[] = []): Uint8Array {
  const text = dict.padEnd(117) + '\n';
  return Uint8Array.from([0x93, 78, 85, 77, 80, 89, 1, 0, 118, 0, ...new TextEncoder().encode(text), ...data]);
}

const ONE_AND_A_HALF = [0x00, 0x00, 0xc0, 0x3f];

t.test('the bytes are those of numpy.save', (t) => {
  const expected = (shape: string): Uint8Array =>
    npy(`{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }`, ONE_AND_A_HALF);
  const data = new Float32Array([1.5]);
  t.same(writeNpy(data, [1, 1]), expected('(1, 1)'));
  t.same(writeNpy(data, [1]), expected('(1,)'));
  t.same(writeNpy(data, []), expected('()'));
  t.end();
});

t.test('what is written is read again, from any address', (t) => {
  for (const shape of [[2, 3], [6], [1, 1, 6, 1], Array<number>(70).fill(1).concat(6)]) {
    const data = new Float32Array([1, -0, NaN, Infinity, 5, 0.1]);
    const bytes = writeNpy(data, shape);
    t.equal((bytes.length - 24) % 64, 0, 'the data is aligned');
    const shifted = new Uint8Array(bytes.length + 1).subarray(1);
    shifted.set(bytes);
    const again = readNpy(shifted);
    t.same(again.shape, shape);
    t.ok(again.data.every((value, i) => Object.is(value, data[i])));
  }
  t.same(readNpy(writeNpy(new Float32Array(0), [0, 4])), { data: new Float32Array(0), shape: [0, 4] });
  t.end();
});

t.test('bad input', (t) => {
  t.throws(() => writeNpy(new Float32Array(5), [2, 3]), new ShapeError('writeNpy: the shape [2,3] got 5 numbers'));
  const header = (descr: string, order: string): Uint8Array =>
    npy(`{'descr': '${descr}', 'fortran_order': ${order}, 'shape': (1,), }`, ONE_AND_A_HALF);
  const cases: [Uint8Array, string][] = [
    [new Uint8Array(0), 'expected the first bytes of an .npy file of version 1.0; write it with numpy.save'],
    [
      new TextEncoder().encode('PK\x03\x04 an archive'),
      'expected the first bytes of an .npy file of version 1.0; write it with numpy.save',
    ],
    [
      header('<f8', 'False'),
      "expected '<f4' in C order, got '<f8' (Fortran order False); save np.ascontiguousarray(a, dtype='<f4')",
    ],
    [
      header('<f4', 'True'),
      "expected '<f4' in C order, got '<f4' (Fortran order True); save np.ascontiguousarray(a, dtype='<f4')",
    ],
    [header('<f4', 'False').subarray(0, 131), 'the shape [1] takes 4 bytes, got 3; save the file again'],
    [
      header('<f4', 'False').subarray(0, 60),
      'expected a header with descr, fortran_order and shape; the file is damaged, save it again',
    ],
    [npy('{}'), 'expected a header with descr, fortran_order and shape; the file is damaged, save it again'],
  ];
  for (const [bytes, message] of cases) {
    t.throws(() => readNpy(bytes, 'map.npy'), new FormatError(`map.npy: ${message}`));
  }
  t.end();
});
