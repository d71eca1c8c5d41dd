/** Activations made of straight pieces: x [..] -> [..], element by element. The ops say their formulas and sources. */
import { check } from '../../errors.js';
import { hardsigmoid, hardswish, hardtanh, leakyRelu, relu6 } from '../../ops/rectifiers.js';
import { relu } from '../../ops/relu.js';
import type { Tensor } from '../../tensor/tensor.js';
import { float } from '../python-repr.js';
import { Activation, type ActivationOptions } from './activation.js';

/** max(x, 0) */
export class ReLU extends Activation {
  override forward(x: Tensor): Tensor {
    return relu(x);
  }
}

/** x above 0, negativeSlope * x below. */
export class LeakyReLU extends Activation {
  constructor(
    readonly negativeSlope = 0.01,
    options: ActivationOptions = {},
  ) {
    super(options);
  }

  override forward(x: Tensor): Tensor {
    return leakyRelu(x, this.negativeSlope);
  }

  protected override argsRepr(): string {
    return `negative_slope=${float(this.negativeSlope)}`;
  }
}

/** x, limited to minVal..maxVal. */
export class Hardtanh extends Activation {
  constructor(
    readonly minVal = -1,
    readonly maxVal = 1,
    options: ActivationOptions = {},
  ) {
    super(options);
    check(minVal < maxVal, () => `Hardtanh: expected a minVal below maxVal, got ${minVal} and ${maxVal}`);
  }

  override forward(x: Tensor): Tensor {
    return hardtanh(x, this.minVal, this.maxVal);
  }

  protected override argsRepr(): string {
    return `min_val=${float(this.minVal)}, max_val=${float(this.maxVal)}`;
  }
}

/** x, limited to 0..6. */
export class ReLU6 extends Activation {
  override forward(x: Tensor): Tensor {
    return relu6(x);
  }
}

/** The sigmoid as three straight pieces: x / 6 + 1/2, limited to 0..1. Does not print `inplace`, as in PyTorch. */
export class Hardsigmoid extends Activation {
  override forward(x: Tensor): Tensor {
    return hardsigmoid(x);
  }

  override extraRepr(): string {
    return '';
  }
}

/** x * hardsigmoid(x). Does not print `inplace`, as in PyTorch. */
export class Hardswish extends Activation {
  override forward(x: Tensor): Tensor {
    return hardswish(x);
  }

  override extraRepr(): string {
    return '';
  }
}
