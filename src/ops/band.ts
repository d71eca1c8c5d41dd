/**
 * Linear maps along one axis whose matrix is banded: each output is a weighted sum of a short run of inputs.
 *
 * Average pooling, adaptive average pooling and interpolation are such maps on rows and on columns. The gradient is the
 * map by the transposed matrix, which is banded too, so nothing else is needed, for second derivatives neither.
 */
import { record } from '../autograd/record.js';
import type { Band } from '../tensor/backend.js';
import { numel } from '../tensor/shape.js';
import { Tensor } from '../tensor/tensor.js';

/** Row r of the matrix: the weights of the inputs from `start` on. */
export interface BandRow {
  readonly start: number;
  readonly weights: readonly number[];
}

/** A matrix with `columns` columns from its rows. */
export function makeBand(rows: readonly BandRow[], columns: number): Band {
  const taps = Math.max(1, ...rows.map((row) => row.weights.length));
  const weights = new Float64Array(rows.length * taps);
  rows.forEach((row, r) => weights.set(row.weights, r * taps));
  return {
    ...{ rows: rows.length, columns, taps, weights },
    starts: Int32Array.from(rows, (row) => row.start),
    counts: Int32Array.from(rows, (row) => row.weights.length),
  };
}

/** The rows of the transposed matrix. What is not weighed inside a run has weight 0. */
export function transposeBand(band: Band): Band {
  const columns: [number, number][][] = Array.from({ length: band.columns }, () => []);
  for (let r = 0; r < band.rows; r++) {
    for (let t = 0; t < band.counts[r]; t++) columns[band.starts[r] + t].push([r, band.weights[r * band.taps + t]]);
  }
  const rows = columns.map((entries): BandRow => {
    if (entries.length === 0) return { start: 0, weights: [] };
    const start = entries[0][0];
    const weights = new Array<number>(entries[entries.length - 1][0] - start + 1).fill(0);
    for (const [row, weight] of entries) weights[row - start] += weight;
    return { start, weights };
  });
  return makeBand(rows, band.rows);
}

/** x [..,columns,..] -> [..,rows,..] along dimension `axis`. */
export function applyBand(name: string, x: Tensor, band: Band, axis: number): Tensor {
  const out = bandKernel(x, band, axis);
  return record(name, out, [x], [], [(grad) => applyBand(name, grad, transposeBand(band), axis)]);
}

/** One map for the rows and one for the columns, as one step of the graph. x [..,H,W] -> [..,oH,oW] */
export function applyBands(name: string, x: Tensor, vertical: Band, horizontal: Band): Tensor {
  using between = bandKernel(x, horizontal, x.ndim - 1);
  const out = bandKernel(between, vertical, x.ndim - 2);
  return record(
    name,
    out,
    [x],
    [],
    [(grad) => applyBands(name, grad, transposeBand(vertical), transposeBand(horizontal))],
  );
}

function bandKernel(x: Tensor, band: Band, axis: number): Tensor {
  const view = { outer: numel(x.shape.slice(0, axis)), axis: band.columns, inner: numel(x.shape.slice(axis + 1)) };
  const shape = x.shape.map((size, i) => (i === axis ? band.rows : size));
  return new Tensor(x.backend.band(x.live(), band, view), shape);
}
