/** The one change in place: new values for a tensor that others hold, as optimisers and running statistics need it. */
import { isGradEnabled } from '../autograd/grad-mode.js';
import { AutogradError, check } from '../errors.js';
import { formatShape, sameShape } from '../tensor/shape.js';
import { commonBackend, type Tensor } from '../tensor/tensor.js';

/**
 * Replaces the values of `target` by those of `source`, of the same shape. A graph that saved `target` notices: its
 * backward pass then throws.
 * @throws AutogradError on a tensor that requires a gradient, outside of noGrad
 */
export function assign(target: Tensor, source: Tensor): Tensor {
  check(
    sameShape(target.shape, source.shape),
    () => `copy_: expected values of shape ${formatShape(target.shape)}, got ${formatShape(source.shape)}`,
  );
  if (target.requiresGrad && isGradEnabled()) {
    throw new AutogradError(
      `copy_: a tensor that requires a gradient (shape ${formatShape(target.shape)}) was about to change in place; ` +
        'do it in noGrad(() => ...), or work on a clone()',
    );
  }
  commonBackend('copy_', [target, source]).assign(target.live(), source.live());
  target.storage.version++;
  return target;
}
