/** From PyTorch's layouts, in which all numbers come, to TensorFlow's, and back. Done before anything is timed. */

/**
 * [a,b,block] -> [b,a,block]
 * @param {Float32Array} values
 * @param {number} a
 * @param {number} b
 */
function swapped(values, a, b, block = 1) {
  const out = new Float32Array(values.length);
  for (let i = 0; i < a; i++) {
    for (let j = 0; j < b; j++) {
      const from = (i * b + j) * block;
      const to = (j * a + i) * block;
      for (let k = 0; k < block; k++) out[to + k] = values[from + k];
    }
  }
  return out;
}

/**
 * Pictures: [N,C,H,W] -> [N,H,W,C]
 * @param {Float32Array} values
 * @param {readonly number[]} shape
 */
export function channelsLast(values, [batch, channels, height, width]) {
  const size = channels * height * width;
  const out = new Float32Array(values.length);
  for (let n = 0; n < batch; n++) {
    out.set(swapped(values.subarray(n * size, (n + 1) * size), channels, height * width), n * size);
  }
  return out;
}

/** Back again: [N,H,W,C] -> [N,C,H,W] */
export function channelsFirst(values, [batch, height, width, channels]) {
  return channelsLast(values, [batch, height * width, channels, 1]);
}

/**
 * Weights, seen as [outputs,inputs,taps] -> [taps,inputs,outputs]: the kernels of a convolution, the matrix of a linear layer
 * (one tap), and that of a linear layer behind maps that were flattened (a tap for each pixel).
 * @param {Float32Array} values
 * @param {{ outputs: number, inputs: number, taps: number }} sizes
 */
export function outputsLast(values, { outputs, inputs, taps }) {
  return swapped(swapped(values, outputs, inputs * taps), inputs, taps, outputs);
}
