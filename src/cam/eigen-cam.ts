/**
 * Eigen-CAM (M. Bany Muhammad and M. Yeasin, 2020): the K values at each place of a layer are a point in K dimensions;
 * the map is each point's coordinate along the direction in which they differ most, their first principal component.
 * EigenGradCAM takes the points of G A instead of A, which makes it depend on the class.
 *
 *     X [places, K], its columns centred;   X = U S V^T;   map = X v_1 = s_1 u_1
 *
 * A component's sign is arbitrary. Here it is the one with which the map goes up where the sum over the channels does,
 * so that the heat lies where the layer is active (or, for EigenGradCAM, where it speaks for the class).
 */
import { mul } from '../ops/arithmetic.js';
import { tensor } from '../ops/creation.js';
import type { Tensor } from '../tensor/tensor.js';

/** activation [N,K,h,w] -> [N,h,w] */
export async function eigenCamMap(activation: Tensor): Promise<Tensor> {
  const [samples, channels, height, width] = activation.shape;
  const values = await activation.data();
  const places = height * width;
  const maps = new Float64Array(samples * places);
  for (let n = 0; n < samples; n++) {
    const points = values.subarray(n * channels * places, (n + 1) * channels * places);
    maps.set(firstComponent(points, channels, places), n * places);
  }
  return tensor(maps, { shape: [samples, height, width], backend: activation.backend });
}

/** activation, gradient [N,K,h,w] -> [N,h,w] */
export async function eigenGradCamMap(activation: Tensor, gradient: Tensor): Promise<Tensor> {
  using product = mul(gradient, activation);
  return await eigenCamMap(product);
}

/** Beyond this two components are as good as equal, and so is every mixture of them. */
const MOST_STEPS = 10_000;

/**
 * The coordinates of the points along their first principal component, by power iteration: u <- X X^T u, scaled to
 * length 1, turns towards u_1 by the factor (s_2 / s_1)^2 each step. It starts at the column of the greatest length.
 *
 * @param values [channels, places]: X^T, not centred
 * @returns s_1 u_1, of length `places`; zeros where all points are one
 */
export function firstComponent(values: Float32Array, channels: number, places: number): Float64Array {
  const columns = centredRows(values, channels, places);
  const channelSum = addUp(columns, new Float64Array(channels).fill(1), places);
  let u = columns.reduce((longest, column) => (dot(column, column) > dot(longest, longest) ? column : longest));
  if (dot(u, u) === 0) return u;
  u = scaled(u, 1 / Math.sqrt(dot(u, u)));
  let length = 0;
  for (let step = 0, turned = 1; step < MOST_STEPS && turned > 1e-11; step++) {
    const next = addUp(
      columns,
      Float64Array.from(columns, (column) => dot(column, u)),
      places,
    );
    length = Math.sqrt(dot(next, next));
    const direction = scaled(next, 1 / length);
    turned = Math.sqrt(direction.reduce((total, value, i) => total + (value - u[i]) ** 2, 0));
    u = direction;
  }
  // X X^T u_1 = s_1^2 u_1
  return scaled(u, Math.sqrt(length) * (dot(u, channelSum) < 0 ? -1 : 1));
}

/** The rows of [rows, size], each less its mean. */
function centredRows(values: Float32Array, rows: number, size: number): Float64Array[] {
  return Array.from({ length: rows }, (_, k) => {
    const row = Float64Array.from(values.subarray(k * size, (k + 1) * size));
    const mean = row.reduce((a, b) => a + b, 0) / size;
    return row.map((value) => value - mean);
  });
}

/** sum_k weights[k] vectors[k] */
function addUp(vectors: readonly Float64Array[], weights: Float64Array, size: number): Float64Array {
  const out = new Float64Array(size);
  vectors.forEach((vector, k) => {
    const weight = weights[k];
    for (let i = 0; i < size; i++) out[i] += weight * vector[i];
  });
  return out;
}

function dot(a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i] * b[i];
  return total;
}

function scaled(vector: Float64Array, factor: number): Float64Array {
  return vector.map((value) => value * factor);
}
