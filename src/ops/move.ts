/** Moves values between backends. */
import { backendNamed, type BackendName } from '../backends/active.js';
import type { Backend } from '../tensor/backend.js';
import { Tensor } from '../tensor/tensor.js';

/** A copy on another backend: a leaf without history. On the backend that it is on already, the tensor itself. */
export function to(x: Tensor, target: BackendName | Backend): Tensor {
  const backend = typeof target === 'string' ? backendNamed(target) : target;
  if (backend === x.backend) return x;
  const values = x.hostData();
  return new Tensor(
    backend.create(values.length, (host) => host.set(values)),
    x.shape,
  ).requiresGrad_(x.requiresGrad);
}
