/** Dropout (N. Srivastava et al., 2014), scaled in training so that evaluation needs nothing. */
import { check } from '../errors.js';
import { defaultGenerator, type RandomGenerator } from '../tensor/random.js';
import { checkTensor, Tensor } from '../tensor/tensor.js';
import { mul } from './arithmetic.js';

/**
 * In training, sets each value to 0 with probability `p` (default 0.5) and divides the others by 1 - p; otherwise x
 * itself.
 * @param generator where the random numbers come from. Default: the one that `manualSeed` seeds
 */
export function dropout(x: Tensor, p = 0.5, training = true, generator: RandomGenerator = defaultGenerator): Tensor {
  checkTensor('dropout', x);
  check(p >= 0 && p <= 1, () => `dropout: expected a probability from 0 to 1, got ${p}`);
  if (!training || p === 0) return x;
  const scale = p === 1 ? 0 : 1 / (1 - p);
  const mask = x.backend.create(x.numel(), (host) => {
    for (let i = 0; i < host.length; i++) host[i] = generator.uniform() < p ? 0 : scale;
  });
  return mul(x, new Tensor(mask, x.shape));
}
