/** Activations made of straight pieces: x [..] -> [..], element by element. The ops say their formulas and sources. */
import { check } from '../../errors.js';
import { full } from '../../ops/creation.js';
import { hardsigmoid, hardswish, hardtanh, leakyRelu, prelu, relu6 } from '../../ops/rectifiers.js';
import { relu } from '../../ops/relu.js';
import type { Tensor } from '../../tensor/tensor.js';
import { Module } from '../module.js';
import { Parameter } from '../parameter.js';
import { float } from '../python-repr.js';
import { Activation, type ActivationOptions } from './activation.js';
import { checkCounts } from './counts.js';

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

/** x above 0, weight * x below, with a learnt weight for all channels or for each. */
export class PReLU extends Module<[Tensor]> {
  readonly weight: Parameter;

  /**
   * @param numParameters 1, or the number of channels. Default: 1
   * @param init the weight to begin with. Default: 0.25
   */
  constructor(
    readonly numParameters = 1,
    init = 0.25,
  ) {
    super();
    checkCounts('PReLU', { numParameters });
    this.weight = new Parameter(full([numParameters], init));
  }

  override forward(x: Tensor): Tensor {
    return prelu(x, this.weight);
  }

  override extraRepr(): string {
    return `num_parameters=${this.numParameters}`;
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
