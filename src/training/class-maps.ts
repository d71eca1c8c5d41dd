/**
 * What a network sees of each class, position by position. It takes a network that ends in global average pooling and
 * one linear layer: the class's weights, applied before the pooling, give a map whose mean is the class's logit, but for
 * the bias (B. Zhou et al., "Learning Deep Features for Discriminative Localization", 2016). Grad-CAM at the pooled
 * layer is the positive part of that map.
 */
import { ArgumentError, check } from '../errors.js';
import type { RemovableHandle } from '../hooks/handle.js';
import { Dropout } from '../nn/layers/dropout.js';
import { Linear } from '../nn/layers/linear.js';
import { AdaptiveAvgPool2d } from '../nn/layers/pooling.js';
import { Flatten } from '../nn/layers/resampling.js';
import type { Module } from '../nn/module.js';
import { mul, sub } from '../ops/arithmetic.js';
import { conv2d } from '../ops/conv2d.js';
import { tensor } from '../ops/creation.js';
import { relu } from '../ops/relu.js';
import { reshape } from '../ops/reshape.js';
import { mean, sum } from '../ops/sum.js';
import { affine } from '../ops/unary.js';
import type { Tensor } from '../tensor/tensor.js';

/** The parts of a network that class maps are made of. */
interface Head {
  readonly pool: AdaptiveAvgPool2d;
  readonly linear: Linear;
}

/** Where the network ends in global average pooling and one linear layer; null where it does not. */
export function pooledHead(model: Module): Head | null {
  const passing = (module: Module) => module instanceof Dropout || module instanceof Flatten;
  const leaves = model.modules().filter((module) => module.children().length === 0 && !passing(module));
  const [pool, linear] = leaves.slice(-2);
  if (!(pool instanceof AdaptiveAvgPool2d) || !(linear instanceof Linear)) return null;
  return [pool.outputSize].flat().every((size) => size === 1) ? { pool, linear } : null;
}

/** Watches a network's forward passes for what comes before the pooling. */
export class ClassMaps {
  readonly #head: Head;
  readonly #handle: RemovableHandle;
  #features: Tensor | null = null;

  /** @throws ArgumentError for a network that does not end in global average pooling and one linear layer */
  constructor(model: Module) {
    const head = pooledHead(model);
    if (!head) {
      throw new ArgumentError(
        `ClassMaps: expected a network that ends in global average pooling and one linear layer, got another ` +
          `(${model.constructor.name}); train it with a mapLoss (--map-loss) of 0`,
      );
    }
    this.#head = head;
    this.#handle = head.pool.registerForwardPreHook((_, [features]) => {
      this.#features = features;
    });
  }

  /**
   * The loss of seeing what is not there: for all classes but the picture's own, the square of what lies above 0 in
   * their maps, summed over the classes, averaged over positions and pictures. It is 0 where all those maps are blank.
   *
   * Maps are taken less their mean over the classes. Else all could sink below 0 together, the own one with them: a map
   * that is added to all changes no probability.
   * @param labels [N], of the pictures of the latest forward pass
   */
  absentLoss(labels: Int32Array): Tensor {
    const { linear } = this.#head;
    const features = this.#features;
    check(features !== null, () => 'absentLoss: call the model first');
    const [count, , height, width] = features.shape;
    const [classes, channels] = linear.weight.shape;
    check(
      labels.length === count,
      () => `absentLoss: expected a label for each of ${count} pictures, got ${labels.length}`,
    );
    const others = new Float32Array(count * classes).fill(1);
    labels.forEach((label, picture) => (others[picture * classes + label] = 0));
    const absent = tensor(others, { shape: [count, classes, 1, 1] });
    const weight = sub(linear.weight, mean(linear.weight, 0, true));
    const maps = mul(relu(conv2d(features, reshape(weight, [classes, channels, 1, 1]))), absent);
    return affine(sum(mul(maps, maps)), 1 / (count * height * width), 0);
  }

  /** Stops watching. */
  dispose(): void {
    this.#handle.remove();
    this.#features = null;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
