/** Scores to probabilities along one dimension. PyTorch's `dim=None`, a guess by the rank, is not offered. */
import { logSoftmax, softmax } from '../../ops/softmax.js';
import type { Tensor } from '../../tensor/tensor.js';
import { Module } from '../module.js';

/** e^x divided by its sum along `dim`: x [..] -> [..]. */
export class Softmax extends Module<[Tensor]> {
  constructor(readonly dim: number) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return softmax(x, this.dim);
  }

  override extraRepr(): string {
    return `dim=${this.dim}`;
  }
}

/** The logarithm of softmax, exact where the softmax itself would be 0: x [..] -> [..]. */
export class LogSoftmax extends Module<[Tensor]> {
  constructor(readonly dim: number) {
    super();
  }

  override forward(x: Tensor): Tensor {
    return logSoftmax(x, this.dim);
  }

  override extraRepr(): string {
    return `dim=${this.dim}`;
  }
}
