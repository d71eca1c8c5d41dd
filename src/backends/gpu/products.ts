/** Matrix products: which kernels, in which forms (see kernels/matmul.ts). */
import type { MatmulDims } from '../../tensor/backend.js';
import type { Storage } from '../../tensor/storage.js';
import { strided } from './elementwise.js';
import { FLAT, type GpuStorage } from './gpu-storage.js';
import { joinRowsProgram, productProgram, type Product } from './kernels/matmul.js';
import { reduceAxis } from './kernels/reduce.js';
import { texelsFor } from './kernels/source.js';
import type { GpuMachine } from './machine.js';
import type { DeviceArray } from './program.js';

/** From this k on sums are made in parts: more threads, and fewer digits lost. */
const LONG = 2048;

export function matmul(machine: GpuMachine, a: Storage, b: Storage, dims: MatmulDims): GpuStorage {
  const { batch, m, k, n, transposeB } = dims;
  const length = batch * m * n;
  if (length === 0 || k === 0) return machine.fromHost(new Float32Array(length));
  const oneA = batch === 1 || dims.aBatchStride === 0;
  const oneB = batch === 1 || dims.bBatchStride === 0;
  // A and B both transposed is rare: A is turned
  const turned = dims.transposeA && transposeB ? transposed(machine, a, k, m, oneA ? 1 : batch) : null;
  const transposeA = dims.transposeA && !turned;
  const rows = machine.device.mostTargets >= 4 && m >= 4 ? 4 : 1;
  const slices = k > LONG ? Math.ceil(k / LONG) : 1;
  const product: Product = { batch, m, k, n, transposeA, transposeB, oneA, oneB, slices, rows };
  const [aBatch, bBatch] = [oneA ? 1 : batch, oneB ? 1 : batch];
  const rowsOfA = transposeA ? { rows: aBatch * k, columns: m } : { rows: aBatch * m, columns: k };
  const rowsOfB = transposeB ? { rows: bBatch * n, columns: k } : { rows: bBatch * k, columns: n };
  const arrays = [machine.rows(turned ?? a, rowsOfA), machine.rows(b, rowsOfB)];
  const array = multiply(machine, arrays, product);
  turned?.release();
  return machine.result(length, array, n % 4 === 0 ? FLAT : { kind: 'rows', rows: batch * m, columns: n });
}

/** Rows -> rows [batch*m, n] */
function multiply(machine: GpuMachine, arrays: readonly DeviceArray[], product: Product): DeviceArray {
  const key = Object.values(product).join(' ');
  const array = rowsOf(machine, arrays, product, key);
  if (product.slices === 1) return array;
  const inner = product.batch * product.m * texelsFor(product.n) * 4;
  return machine.through([array], () => reduceAxis(machine, 'sum', array, { outer: 1, axis: product.slices, inner }));
}

/** The rows of all slices. */
function rowsOf(machine: GpuMachine, arrays: readonly DeviceArray[], product: Product, key: string): DeviceArray {
  const { dialect, device } = machine;
  const { rows, m, slices, batch } = product;
  const turns = texelsFor(product.n);
  if (rows === 1) return machine.run(`matmul ${key}`, () => productProgram(dialect, product), arrays);
  if (m % rows === 0 && device.canTakeTurns(rows, turns, slices * batch * m * turns)) {
    return machine.run(`matmul ${key}`, () => productProgram(dialect, product, turns), arrays);
  }
  const targets = machine.run(`matmul ${key}`, () => productProgram(dialect, product), arrays);
  const join = () => machine.run(`join rows ${key}`, () => joinRowsProgram(dialect, product), [targets]);
  return machine.through([targets], join);
}

/** [batch,rows,columns] -> [batch,columns,rows] */
function transposed(machine: GpuMachine, x: Storage, rows: number, columns: number, batch: number): GpuStorage {
  return strided(machine, x, { shape: [batch, columns, rows], strides: [rows * columns, 1, columns], offset: 0 });
}
