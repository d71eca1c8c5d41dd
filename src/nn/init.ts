/**
 * Initial values of weights, in place, with PyTorch's names and defaults; the underscore says that the tensor is changed.
 *
 * Kaiming: K. He et al., 2015; Xavier: X. Glorot, Y. Bengio, 2010. Random numbers come from the generator of
 * `manualSeed`.
 */
import { check } from '../errors.js';
import { defaultGenerator, type RandomGenerator } from '../tensor/random.js';
import { formatShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';

let skipped = false;

/**
 * Runs `body` with initialisers that leave tensors as they are: for a model whose weights are about to be loaded, since
 * 138 million random numbers take seconds. The random generator does not advance.
 */
export function withoutInit<T>(body: () => T): T {
  const before = skipped;
  skipped = true;
  try {
    return body();
  } finally {
    skipped = before;
  }
}

/** Writes values in place, each by `next`. */
function fill(tensor: Tensor, next: () => number): Tensor {
  if (skipped) return tensor;
  tensor.backend.overwrite(tensor.live(), (host) => {
    for (let i = 0; i < host.length; i++) host[i] = next();
  });
  tensor.storage.version++;
  return tensor;
}

export function constant_(tensor: Tensor, value: number): Tensor {
  return fill(tensor, () => value);
}

/** Uniform in [low, high). */
export function uniform_(tensor: Tensor, low = 0, high = 1, generator: RandomGenerator = defaultGenerator): Tensor {
  return fill(tensor, () => low + (high - low) * generator.uniform());
}

export function normal_(tensor: Tensor, mean = 0, std = 1, generator: RandomGenerator = defaultGenerator): Tensor {
  return fill(tensor, () => mean + std * generator.normal());
}

export type FanMode = 'fanIn' | 'fanOut';
export type Nonlinearity = 'linear' | 'sigmoid' | 'tanh' | 'relu' | 'leakyRelu';

export interface KaimingOptions {
  /** The negative slope of leakyRelu. Default: 0. */
  readonly a?: number;
  /** Keep the variance in the forward pass (fanIn, the default) or in the backward pass (fanOut). */
  readonly mode?: FanMode;
  /** Default: 'leakyRelu', as in PyTorch. */
  readonly nonlinearity?: Nonlinearity;
}

/** The factor by which a nonlinearity's input must be larger so that its output keeps the variance. */
export function calculateGain(nonlinearity: Nonlinearity, a = 0.01): number {
  switch (nonlinearity) {
    case 'relu':
      return Math.SQRT2;
    case 'leakyRelu':
      return Math.sqrt(2 / (1 + a * a));
    case 'tanh':
      return 5 / 3;
    default:
      return 1;
  }
}

/** How many inputs an output of this weight has, and outputs an input: [out,in,..] -> [in * taps, out * taps]. */
export function fans(weight: Tensor): { fanIn: number; fanOut: number } {
  check(weight.ndim >= 2, () => `init: expected a weight of at least two dimensions, got ${formatShape(weight.shape)}`);
  const taps = weight.shape.slice(2).reduce((a, b) => a * b, 1);
  return { fanIn: weight.shape[1] * taps, fanOut: weight.shape[0] * taps };
}

function kaimingStd(weight: Tensor, { a = 0, mode = 'fanIn', nonlinearity = 'leakyRelu' }: KaimingOptions): number {
  return calculateGain(nonlinearity, a) / Math.sqrt(fans(weight)[mode]);
}

/** Uniform within sqrt(3) standard deviations, std = gain / sqrt(fan). */
export function kaimingUniform_(weight: Tensor, options: KaimingOptions = {}): Tensor {
  const bound = Math.sqrt(3) * kaimingStd(weight, options);
  return uniform_(weight, -bound, bound);
}

/** Normal with std = gain / sqrt(fan). */
export function kaimingNormal_(weight: Tensor, options: KaimingOptions = {}): Tensor {
  return normal_(weight, 0, kaimingStd(weight, options));
}

/** Uniform with std = gain * sqrt(2 / (fanIn + fanOut)). */
export function xavierUniform_(weight: Tensor, gain = 1): Tensor {
  const { fanIn, fanOut } = fans(weight);
  const bound = gain * Math.sqrt(6 / (fanIn + fanOut));
  return uniform_(weight, -bound, bound);
}

/** Normal with std = gain * sqrt(2 / (fanIn + fanOut)). */
export function xavierNormal_(weight: Tensor, gain = 1): Tensor {
  const { fanIn, fanOut } = fans(weight);
  return normal_(weight, 0, gain * Math.sqrt(2 / (fanIn + fanOut)));
}
