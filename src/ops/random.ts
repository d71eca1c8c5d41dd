/** Tensors of random numbers, from the generator that `manualSeed` seeds, or from one of your own. */
import { check } from '../errors.js';
import { defaultGenerator, type RandomGenerator } from '../tensor/random.js';
import { checkShape, type Shape } from '../tensor/shape.js';
import { checkTensor, type Tensor } from '../tensor/tensor.js';
import { fromHost } from './creation.js';

/** Uniform in [0, 1), in the shape and on the backend of x. */
export function randLike(x: Tensor, generator: RandomGenerator = defaultGenerator): Tensor {
  checkTensor('randLike', x);
  return fromHost(x.shape, (host) => host.forEach((_, i) => (host[i] = generator.uniform())), x.backend);
}

/** Normal with mean 0 and standard deviation 1, in the shape and on the backend of x. */
export function randnLike(x: Tensor, generator: RandomGenerator = defaultGenerator): Tensor {
  checkTensor('randnLike', x);
  return fromHost(x.shape, (host) => host.forEach((_, i) => (host[i] = generator.normal())), x.backend);
}

/** Whole numbers from `low` to `high` - 1, each equally likely. */
export function randint(
  low: number,
  high: number,
  shape: Shape,
  generator: RandomGenerator = defaultGenerator,
): Tensor {
  check(
    Number.isInteger(low) && Number.isInteger(high) && low < high,
    () => `randint: expected whole numbers low < high, got ${low} and ${high}`,
  );
  checkShape(shape, 'randint');
  return fromHost(shape, (host) => host.forEach((_, i) => (host[i] = low + generator.below(high - low))));
}

/** The numbers 0 to n - 1 in random order. */
export function randperm(n: number, generator: RandomGenerator = defaultGenerator): Tensor {
  check(Number.isInteger(n) && n >= 0, () => `randperm: expected a whole number from 0 on, got ${n}`);
  return fromHost([n], (host) => host.set(generator.permutation(n)));
}
