/** Curved activations: x [..] -> [..], element by element. The ops say their formulas and sources. */
import { celu, elu, selu } from '../../ops/exponential-units.js';
import { gelu, mish, silu } from '../../ops/gated-units.js';
import { logSigmoid, softplus, softsign } from '../../ops/softplus.js';
import { sigmoid, tanh } from '../../ops/unary.js';
import type { Tensor } from '../../tensor/tensor.js';
import { Module } from '../module.js';
import { float } from '../python-repr.js';
import { Activation, type ActivationOptions } from './activation.js';

/** x above 0, alpha (e^x - 1) below. */
export class ELU extends Activation {
  constructor(
    readonly alpha = 1,
    options: ActivationOptions = {},
  ) {
    super(options);
  }

  override forward(x: Tensor): Tensor {
    return elu(x, this.alpha);
  }

  protected override argsRepr(): string {
    return `alpha=${float(this.alpha)}`;
  }
}

/** x above 0, alpha (e^(x/alpha) - 1) below. */
export class CELU extends Activation {
  constructor(
    readonly alpha = 1,
    options: ActivationOptions = {},
  ) {
    super(options);
  }

  override forward(x: Tensor): Tensor {
    return celu(x, this.alpha);
  }

  protected override argsRepr(): string {
    return `alpha=${float(this.alpha)}`;
  }
}

/** ELU, scaled so that values keep mean 0 and variance 1 from layer to layer. */
export class SELU extends Activation {
  override forward(x: Tensor): Tensor {
    return selu(x);
  }
}

/** x times the normal distribution's share below x; 'tanh' approximates it. */
export class GELU extends Module<[Tensor]> {
  constructor(readonly approximate: 'none' | 'tanh' = 'none') {
    super();
  }

  override forward(x: Tensor): Tensor {
    return gelu(x, this.approximate);
  }

  override extraRepr(): string {
    return `approximate='${this.approximate}'`;
  }
}

/** x * sigmoid(x), also called swish. */
export class SiLU extends Activation {
  override forward(x: Tensor): Tensor {
    return silu(x);
  }
}

/** x * tanh(softplus(x)) */
export class Mish extends Activation {
  override forward(x: Tensor): Tensor {
    return mish(x);
  }
}

/** 1 / (1 + e^-x) */
export class Sigmoid extends Module<[Tensor]> {
  override forward(x: Tensor): Tensor {
    return sigmoid(x);
  }
}

/** ln sigmoid(x) */
export class LogSigmoid extends Module<[Tensor]> {
  override forward(x: Tensor): Tensor {
    return logSigmoid(x);
  }
}

/** Hyperbolic tangent. */
export class Tanh extends Module<[Tensor]> {
  override forward(x: Tensor): Tensor {
    return tanh(x);
  }
}

/** x / (1 + |x|) */
export class Softsign extends Module<[Tensor]> {
  override forward(x: Tensor): Tensor {
    return softsign(x);
  }
}

/** ln(1 + e^(beta x)) / beta; x itself where beta x is above the threshold. */
export class Softplus extends Module<[Tensor]> {
  constructor(
    readonly beta = 1,
    readonly threshold = 20,
  ) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return softplus(x, this.beta, this.threshold);
  }

  override extraRepr(): string {
    return `beta=${float(this.beta)}, threshold=${float(this.threshold)}`;
  }
}
