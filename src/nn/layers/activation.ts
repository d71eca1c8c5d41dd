/** The base of activations that PyTorch can also compute in place. */
import type { Tensor } from '../../tensor/tensor.js';
import { Module } from '../module.js';

export interface ActivationOptions {
  /** Accepted for compatibility, printed and ignored: nothing here is changed in place. Default: false. */
  readonly inplace?: boolean;
}

export abstract class Activation extends Module<[Tensor]> {
  constructor(readonly options: ActivationOptions = {}) {
    super();
  }

  /** The arguments other than `inplace`, as PyTorch prints them. */
  protected argsRepr(): string {
    return '';
  }

  override extraRepr(): string {
    return [this.argsRepr(), this.options.inplace ? 'inplace=True' : ''].filter((part) => part !== '').join(', ');
  }
}
