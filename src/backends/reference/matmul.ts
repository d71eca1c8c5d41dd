/**
 * Batched matrix product: out[b,i,j] = sum_p A[b,i,p] B[b,p,j].
 *
 * A transposed matrix is read where it lies: its element [i,p] is found at p*m + i instead of i*k + p.
 */
import type { HostArray, MatmulDims } from '../../tensor/backend.js';

/** a [batch,m,k], b [batch,k,n] -> [batch,m,n] */
export function matmul(out: HostArray, a: HostArray, b: HostArray, dims: MatmulDims): void {
  const { batch, m, k, n, transposeA, transposeB, aBatchStride, bBatchStride } = dims;
  const aRow = transposeA ? 1 : k;
  const aStep = transposeA ? m : 1;
  const bColumn = transposeB ? k : 1;
  const bStep = transposeB ? 1 : n;
  let to = 0;
  for (let batchIndex = 0; batchIndex < batch; batchIndex++) {
    for (let i = 0; i < m; i++) {
      const aStart = batchIndex * aBatchStride + i * aRow;
      for (let j = 0; j < n; j++) {
        let ia = aStart;
        let ib = batchIndex * bBatchStride + j * bColumn;
        let sum = 0;
        for (let p = 0; p < k; p++) {
          sum += a[ia] * b[ib];
          ia += aStep;
          ib += bStep;
        }
        out[to++] = sum;
      }
    }
  }
}
