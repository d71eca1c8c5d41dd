/** A copy with memory of its own. */
import { record } from '../autograd/record.js';
import { checkTensor, Tensor } from '../tensor/tensor.js';

export function clone(x: Tensor): Tensor {
  checkTensor('clone', x);
  const storage = x.backend.create(x.numel());
  x.backend.assign(storage, x.live());
  return record('Clone', new Tensor(storage, x.shape), [x], [], [(grad) => grad]);
}
