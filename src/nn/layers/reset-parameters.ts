/** How PyTorch's convolutions and linear layers begin. */
import type { Tensor } from '../../tensor/tensor.js';
import * as init from '../init.js';

/** Weight and bias uniform within 1 / sqrt(fanIn). */
export function resetParameters(weight: Tensor, bias: Tensor | null): void {
  init.kaimingUniform_(weight, { a: Math.sqrt(5) });
  const { fanIn } = init.fans(weight);
  if (bias && fanIn > 0) init.uniform_(bias, -1 / Math.sqrt(fanIn), 1 / Math.sqrt(fanIn));
}
