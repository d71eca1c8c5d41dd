/** Dropout (N. Srivastava et al., 2014): noise in training that keeps units from relying on each other. */
import { check } from '../../errors.js';
import { dropout } from '../../ops/dropout.js';
import { full } from '../../ops/creation.js';
import { mul } from '../../ops/arithmetic.js';
import { formatShape } from '../../tensor/shape.js';
import type { Tensor } from '../../tensor/tensor.js';
import { Module } from '../module.js';
import { bool, float } from '../python-repr.js';
import type { ActivationOptions } from './activation.js';

/** In training, sets values to 0 with probability p and scales the others up; in evaluation, passes everything. */
export class Dropout extends Module<[Tensor]> {
  /** @param options.inplace accepted, printed and ignored */
  constructor(
    readonly p = 0.5,
    readonly options: ActivationOptions = {},
  ) {
    super();
    check(p >= 0 && p <= 1, () => `${this.constructor.name}: expected a probability from 0 to 1, got ${p}`);
  }

  override forward(x: Tensor): Tensor {
    return dropout(x, this.p, this.training);
  }

  override extraRepr(): string {
    return `p=${float(this.p)}, inplace=${bool(this.options.inplace ?? false)}`;
  }
}

/** The same with whole channels: x [N,C,H,W] or [C,H,W], all values of a channel go or stay together. */
export class Dropout2d extends Dropout {
  override forward(x: Tensor): Tensor {
    check(
      x.ndim === 3 || x.ndim === 4,
      () => `Dropout2d: expected an input of shape [N,C,H,W] or [C,H,W], got ${formatShape(x.shape)}`,
    );
    if (!this.training || this.p === 0) return x;
    const channels = full([...x.shape.slice(0, -2), 1, 1], 1, x.backend);
    return mul(x, dropout(channels, this.p, true));
  }
}
