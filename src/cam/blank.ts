/** Why a map has nothing to see in it. */
import type { Tensor } from '../tensor/tensor.js';
import { isBlank } from './maps.js';

/** The likely reason for a blank map of sample n. */
export async function whyBlank(
  raw: Float32Array,
  activation: Tensor,
  gradient: Tensor | null,
  n: number,
): Promise<string> {
  const partOf = async (tensor: Tensor) => {
    const size = tensor.numel() / tensor.shape[0];
    return (await tensor.data()).subarray(n * size, (n + 1) * size);
  };
  if (gradient && isBlank(await partOf(gradient))) {
    return 'because every gradient at this layer is zero: the class does not depend on it (a saturated score, or dead ReLUs after it)';
  }
  if (isBlank(await partOf(activation)))
    return 'because every activation of this layer is zero: nothing in the picture excites it';
  if (raw.every((value) => value === raw[0] && value > 0)) {
    return `because it has one value everywhere (the layer's map has ${raw.length === 1 ? 'one place' : `${raw.length} equal places`})`;
  }
  if (raw.every((value) => value === 0)) {
    return 'because it is zero everywhere: no place differs from another, or those that are active do not matter to the class';
  }
  return 'because every weighted sum is negative: all of this layer speaks against the class';
}
