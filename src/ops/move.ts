/** Moves values between backends; their gradient moves back. */
import { record } from '../autograd/record.js';
import { backendNamed, type BackendName } from '../backends/active.js';
import type { Backend } from '../tensor/backend.js';
import { Tensor } from '../tensor/tensor.js';

/**
 * A copy on another backend; on the backend that it is on already, the tensor itself. Reading the values blocks until
 * they are computed.
 */
export function to(x: Tensor, target: BackendName | Backend): Tensor {
  const backend = typeof target === 'string' ? backendNamed(target) : target;
  const from = x.backend;
  if (backend === from) return x;
  const values = x.hostData();
  const storage = backend.create(values.length, (host) => host.set(values));
  return record('To', new Tensor(storage, x.shape), [x], [], [(grad) => to(grad, from)]);
}
