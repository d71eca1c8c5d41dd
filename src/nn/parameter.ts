/** A tensor that a module learns: it requires a gradient, and no scope frees it. */
import { Tensor } from '../tensor/tensor.js';

export class Parameter extends Tensor {
  /** Takes the values of `data` over; the handle itself is disposed of. */
  constructor(data: Tensor) {
    super(data.live().retain(), data.shape);
    data.dispose();
    this.requiresGrad = true;
    this.kept = true;
  }

  /** As PyTorch prints it, on a line of its own. */
  override toString(): string {
    return `Parameter containing:\n${super.toString()}`;
  }
}
