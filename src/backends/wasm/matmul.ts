/** Products of matrices: vectors without packing, everything else through packed panels. */
import type { MatmulDims } from '../../tensor/backend.js';
import type { WasmMachine } from './machine.js';

/** Columns that one unit of the matmul kernel does. */
const UNIT_COLUMNS = 64;

/** out[b] = A[b] B[b]; a, b and c are byte addresses. */
export function runMatmul(machine: WasmMachine, a: number, b: number, c: number, dims: MatmulDims): void {
  const { batch, m, k, n } = dims;
  if (m === 0 || n === 0) return;
  const aRow = dims.transposeA ? 1 : k;
  const aStep = dims.transposeA ? m : 1;
  const bStep = dims.transposeB ? 1 : n;
  const bColumn = dims.transposeB ? k : 1;
  const work = m * k * n;
  if (m === 1 || n === 1) {
    for (let i = 0; i < batch; i++) {
      const aAt = a + 4 * i * dims.aBatchStride;
      const bAt = b + 4 * i * dims.bBatchStride;
      // with one row (or one column) the vector's elements are neighbours, whether it is transposed or not
      if (m === 1) {
        machine.run('vectorMatrix', [aAt, bAt, c + 4 * i * n, k, bStep, bColumn], n, { work, align: 16 });
      } else {
        machine.run('vectorMatrix', [bAt, aAt, c + 4 * i * m, k, aStep, aRow], m, { work, align: 16 });
      }
    }
    return;
  }
  const panels = Math.ceil(m / 4);
  machine.withBlock(panels * k * 16, (packed) => {
    for (let i = 0; i < batch; i++) {
      if (i === 0 || dims.aBatchStride !== 0) {
        machine.run('packRows', [a + 4 * i * dims.aBatchStride, packed, m, aRow, k, aStep], panels, { work: m * k });
      }
      const bAt = b + 4 * i * dims.bBatchStride;
      const units = Math.ceil(n / UNIT_COLUMNS);
      const args = [packed, bAt, c + 4 * i * m * n, m, k, n, bStep, bColumn] as const;
      machine.runWithScratch('matmul', 4 * machine.kernels.matmulScratch(), args, units, { work });
    }
  });
}
