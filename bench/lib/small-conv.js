/** The convolution of cold-start: so small that starting is all there is to it. Its numbers are computed, not read from a file. */

export const SMALL_CONV = { inChannels: 3, outChannels: 8, side: 32 };

/** @param {number} count */
const wave = (count) => Float32Array.from({ length: count }, (_, i) => Math.sin(i + 1));

/** [1,3,32,32] */
export const smallConvInput = () => wave(SMALL_CONV.inChannels * SMALL_CONV.side ** 2);

/** [8,3,3,3] */
export const smallConvWeight = () => wave(SMALL_CONV.outChannels * SMALL_CONV.inChannels * 9);

/** Tells the parent process that the result is there, with its first numbers. @param {Float32Array} values */
export function report(values) {
  process.stdout.write(`@bench ${JSON.stringify({ head: [...values.subarray(0, 8)] })}\n`);
}
