/**
 * Normalisation of the channels of [outer, channels, inner] (here `axis` counts the channels):
 *
 * - channelMoments: mean_c = sum x / n and variance_c = sum (x - mean_c)^2 / n, over the n = outer*inner values of channel c
 * - normalize:      xhat_c weight_c + bias_c, with xhat = (x - mean_c) inverse_c
 * - normalizeSums:  sum g and sum g xhat over each channel
 * - normalizeGrad:  g inverse_c weight_c, and with sums (g - (sum g + xhat sum g xhat) / n) inverse_c weight_c
 */
import type { AxisDims, HostArray } from '../../tensor/backend.js';

/** The values of a `Normalization`. */
export interface NormalizationData {
  readonly mean: HostArray;
  readonly inverse: HostArray;
  readonly weight: HostArray | null;
}

/** Calls `visit` with each channel and the place of each of its values. */
function forEachValue({ outer, axis, inner }: AxisDims, visit: (channel: number, at: number) => void): void {
  for (let row = 0; row < outer * axis; row++) {
    for (let at = row * inner; at < (row + 1) * inner; at++) visit(row % axis, at);
  }
}

/** x [outer,channels,inner] -> [2,channels]: means, then variances */
export function channelMoments(out: HostArray, x: HostArray, dims: AxisDims): void {
  const { outer, axis, inner } = dims;
  const count = outer * inner;
  const mean = new Float64Array(axis);
  const squares = new Float64Array(axis);
  forEachValue(dims, (c, at) => (mean[c] += x[at] / count));
  forEachValue(dims, (c, at) => (squares[c] += (x[at] - mean[c]) ** 2));
  out.set(mean);
  out.set(
    squares.map((sum) => sum / count),
    axis,
  );
}

/** x [outer,channels,inner] -> the same shape */
export function normalize(
  out: HostArray,
  x: HostArray,
  { mean, inverse, weight }: NormalizationData,
  bias: HostArray | null,
  dims: AxisDims,
): void {
  forEachValue(dims, (c, at) => {
    out[at] = (x[at] - mean[c]) * inverse[c] * (weight?.[c] ?? 1) + (bias?.[c] ?? 0);
  });
}

/** g, x [outer,channels,inner] -> [2,channels] */
export function normalizeSums(
  out: HostArray,
  g: HostArray,
  x: HostArray,
  { mean, inverse }: NormalizationData,
  dims: AxisDims,
): void {
  const sums = new Float64Array(2 * dims.axis);
  forEachValue(dims, (c, at) => {
    sums[c] += g[at];
    sums[dims.axis + c] += g[at] * (x[at] - mean[c]) * inverse[c];
  });
  out.set(sums);
}

/** g, x [outer,channels,inner] -> the same shape */
export function normalizeGrad(
  out: HostArray,
  g: HostArray,
  x: HostArray,
  { mean, inverse, weight }: NormalizationData,
  sums: HostArray | null,
  dims: AxisDims,
): void {
  const count = dims.outer * dims.inner;
  forEachValue(dims, (c, at) => {
    const xhat = (x[at] - mean[c]) * inverse[c];
    const common = sums ? (sums[c] + xhat * sums[dims.axis + c]) / count : 0;
    out[at] = (g[at] - common) * inverse[c] * (weight?.[c] ?? 1);
  });
}
