import { conv2d, ready, setBackend, tensor, transpose } from '@tensorflow/tfjs-core';
import { report, smallConvInput, smallConvWeight } from '../../lib/small-conv.js';

/** @param {string} backend */
export async function firstResult(backend) {
  await setBackend(backend);
  await ready();
  const weight = transpose(tensor(smallConvWeight(), [8, 3, 3, 3]), [2, 3, 1, 0]);
  const input = transpose(tensor(smallConvInput(), [1, 3, 32, 32]), [0, 2, 3, 1]);
  report(transpose(conv2d(input, weight, 1, 'same'), [0, 3, 1, 2]).dataSync());
}
