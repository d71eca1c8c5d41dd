/** Strided copies: rows where the inner dimension is a row, tiled transposes where some other dimension is. */
import type { StridedDims } from '../../tensor/backend.js';
import { mergeDims } from '../merge-dims.js';
import { encodeWalk } from './encode-walk.js';
import type { WasmMachine } from './machine.js';

/** Matrices below this size are not worth a call of their own. */
const SMALL_MATRIX = 64;

/** out[i0,i1,...] = x[offset + i0*strides[0] + ...]; x and y are byte addresses. */
export function runStrided(machine: WasmMachine, x: number, y: number, dims: StridedDims): void {
  const walk = mergeDims(dims.shape, [dims.strides]);
  const { shape } = walk;
  const [strides] = walk.strides;
  const from = x + 4 * dims.offset;
  const last = shape.length - 1;
  const rowDim = strides.lastIndexOf(1);
  const turned = rowDim >= 0 && rowDim < last && shape[rowDim] >= 4 && shape[rowDim] * shape[last] >= SMALL_MATRIX;
  if (turned) {
    transposeEach(machine, from, y, shape, strides, rowDim);
    return;
  }
  const rows = shape.slice(0, last).reduce((product, size) => product * size, 1);
  machine.withInts(encodeWalk(walk), (walkAt) =>
    machine.run('stridedRows', [from, y, walkAt], rows, { work: rows * shape[last] }),
  );
}

/** One transpose of (rowDim, last) for every index of the other dimensions. */
function transposeEach(
  machine: WasmMachine,
  x: number,
  y: number,
  shape: readonly number[],
  strides: readonly number[],
  rowDim: number,
): void {
  const last = shape.length - 1;
  const yStrides = new Array<number>(shape.length).fill(1);
  for (let i = last - 1; i >= 0; i--) yStrides[i] = yStrides[i + 1] * shape[i + 1];
  const others = shape.map((_, i) => i).filter((i) => i !== rowDim && i !== last);
  const count = others.reduce((product, i) => product * shape[i], 1);
  for (let n = 0; n < count; n++) {
    let rest = n;
    let xAt = 0;
    let yAt = 0;
    for (let k = others.length - 1; k >= 0; k--) {
      const dim = others[k];
      const index = rest % shape[dim];
      rest = (rest - index) / shape[dim];
      xAt += index * strides[dim];
      yAt += index * yStrides[dim];
    }
    const args = [x + 4 * xAt, strides[last], y + 4 * yAt, yStrides[rowDim], shape[last]] as const;
    machine.run('transposeRows', args, shape[rowDim], { work: shape[rowDim] * shape[last], align: 16 });
  }
}
