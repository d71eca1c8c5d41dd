/** Products of matrices: vectors without packing, everything else through packed panels. */
import type { MatmulDims } from '../../tensor/backend.js';
import type { WasmMachine } from './machine.js';

/** Columns that one unit of the matmul kernel does. */
const UNIT_COLUMNS = 64;
/** Parts that a long column of a single row's product is cut into, the rows of one at least, and the work that is worth it. */
const PARTS = 16;
const PART_ROWS = 64;
const PARTS_WORK = 2 ** 18;

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
        const matrix = { at: bAt, k, n, step: bStep, column: bColumn };
        runVector(machine, aAt, matrix, c + 4 * i * n, dims.skipZeros === true);
      } else {
        runVector(machine, bAt, { at: aAt, k, n: m, step: aStep, column: aRow }, c + 4 * i * m, false);
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

/** A matrix [k,n] and how many elements lie between neighbours along k, and along n. */
interface Matrix {
  readonly at: number;
  readonly k: number;
  readonly n: number;
  readonly step: number;
  readonly column: number;
}

/** y [n] = x [k] B. Long columns of a matrix with whole rows are cut into parts, always the same for the same matrix. */
function runVector(
  machine: WasmMachine,
  x: number,
  { at, k, n, step, column }: Matrix,
  y: number,
  skip: boolean,
): void {
  const work = k * n;
  const parts = Math.min(PARTS, Math.floor(k / PART_ROWS));
  if (column !== 1 || step !== n || parts < 2 || work < PARTS_WORK) {
    machine.run('vectorMatrix', [x, at, y, k, step, column], n, { work, align: 16 });
    return;
  }
  const share = Math.ceil(k / parts);
  machine.withBlock(4 * parts * n, (sums) => {
    machine.run('vectorRows', [x, at, sums, k, n, share, skip ? 1 : 0], parts, { work });
    machine.run('reduceSum', [sums, y, parts, n], n, { work: parts * n, align: 16 });
  });
}
