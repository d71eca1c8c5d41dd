/** The runner of ONNX's tests, on small models written here: what it reads, and that it notices what is wrong. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { BOOL, FLOAT, INT64 } from './element-types.js';
import { runTest } from './run-test.js';
import { readTensor } from './tensor-proto.js';
import { OnnxTest } from './test-data.js';
import { modelProto, rawTensor, tensorProto, type NodeSpec } from './write-proto.js';

const floats = (...values: number[]) => tensorProto(FLOAT, [values.length], 4, values);
const bytesOf = (values: Float32Array | BigInt64Array) => new Uint8Array(values.buffer);

t.test('tensors', async (t) => {
  const cases: [string, Uint8Array, number[] | null][] = [
    ['floats', floats(1.5, -2, 3), [1.5, -2, 3]],
    ['int64 list', tensorProto(INT64, [2], 7, [-3, 2 ** 40]), [-3, 2 ** 40]],
    ['int32 list', tensorProto(6, [2], 5, [-7, 8]), [-7, 8]],
    ['bool list', tensorProto(BOOL, [2], 5, [1, 0]), [1, 0]],
    ['float16 list, as bits', tensorProto(10, [2], 5, [0x3c00, 0xc000]), [1, -2]],
    ['bfloat16 list, as bits', tensorProto(16, [1], 5, [0x3fc0]), [1.5]],
    ['doubles', tensorProto(11, [1], 10, [1e300]), [1e300]],
    ['uint64 list', tensorProto(13, [1], 11, [2 ** 50]), [2 ** 50]],
    ['raw float', rawTensor(FLOAT, [2], bytesOf(Float32Array.of(0.5, -Infinity))), [0.5, -Infinity]],
    ['raw int64', rawTensor(INT64, [2], bytesOf(BigInt64Array.of(-1n, 5n))), [-1, 5]],
    ['raw int8', rawTensor(3, [2], Uint8Array.of(255, 1)), [-1, 1]],
    ['raw bool', rawTensor(BOOL, [2], Uint8Array.of(0, 1)), [0, 1]],
    ['raw float16', rawTensor(10, [1], Uint8Array.of(0, 0x3c)), [1]],
    ['strings', rawTensor(8, [1], Uint8Array.of(65)), null],
  ];
  for (const [name, bytes, values] of cases) t.same(readTensor(bytes).values, values, name);
  t.throws(() => readTensor(tensorProto(FLOAT, [3], 4, [1, 2])), /tensor of float: expected 3 values, got 2/);
});

/** Writes a test of one node as ONNX does, and runs it. */
function outcome(t: Test, node: NodeSpec, inputs: Uint8Array[], output: Uint8Array) {
  const folder = join(t.testdir(), 'test');
  const set = join(folder, 'test_data_set_0');
  mkdirSync(set, { recursive: true });
  writeFileSync(join(folder, 'model.onnx'), modelProto(node));
  inputs.forEach((bytes, i) => writeFileSync(join(set, `input_${i}.pb`), bytes));
  writeFileSync(join(set, 'output_0.pb'), output);
  return runTest(new OnnxTest('test', folder), 'reference');
}

t.test('a test passes', async (t) => {
  const node = { opType: 'Sub', inputs: ['a', 'b'], elementType: FLOAT };
  t.same(outcome(t, node, [floats(5, 7), floats(1, 2)], floats(4, 5)), { kind: 'passes', why: '' });
});

t.test('an attribute is obeyed', async (t) => {
  const node = { opType: 'Flatten', inputs: ['a'], elementType: FLOAT, ints: { axis: 0 } };
  const x = tensorProto(FLOAT, [2, 1], 4, [1, 2]);
  t.equal(outcome(t, node, [x], tensorProto(FLOAT, [1, 2], 4, [1, 2])).kind, 'passes');
  t.match(outcome(t, node, [x], x), { kind: 'fails', why: /expected shape \[2,1\], got \[1,2\]/ });
});

t.test('a wrong value is noticed', async (t) => {
  const node = { opType: 'Neg', inputs: ['a'], elementType: FLOAT };
  t.match(outcome(t, node, [floats(1, 2)], floats(-1, -2.001)), {
    kind: 'fails',
    why: /output 0: 1 of 2 values are wrong; the worst, at \[1\]/,
  });
});

t.test('integers must be equal', async (t) => {
  const node = { opType: 'Neg', inputs: ['a'], elementType: INT64 };
  const of = (value: number) => tensorProto(INT64, [1], 7, [value]);
  t.equal(outcome(t, node, [of(1_000_000)], of(-1_000_000)).kind, 'passes');
  t.equal(outcome(t, node, [of(1_000_000)], of(-1_000_001)).kind, 'fails');
  t.match(outcome(t, node, [of(2 ** 24 + 1)], of(0)), {
    kind: 'unsupported',
    why: 'int64 values that float32 cannot hold',
  });
});

t.test('so must element types', async (t) => {
  const node = { opType: 'Neg', inputs: ['a'], elementType: FLOAT };
  t.match(outcome(t, node, [floats(1)], tensorProto(11, [1], 10, [-1])), {
    kind: 'fails',
    why: /expected element type double, got float/,
  });
});

t.test('what the table does not know is not passed over', async (t) => {
  const surplus = { opType: 'Neg', inputs: ['a'], elementType: FLOAT, ints: { upside_down: 1 } };
  t.same(outcome(t, surplus, [floats(1)], floats(-1)), { kind: 'unsupported', why: 'Neg with upside_down' });
  const missing = { opType: 'Frobnicate', inputs: ['a'], elementType: FLOAT };
  t.same(outcome(t, missing, [floats(1)], floats(1)), { kind: 'unsupported', why: 'Frobnicate' });
});
