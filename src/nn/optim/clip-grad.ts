/**
 * Keeping gradients small before an optimiser's step (R. Pascanu et al., 2012). They are changed in place.
 *
 *     norm   = (sum over all gradients of |g|^p)^(1/p)
 *     g      <- g * min(1, maxNorm / (norm + 1e-6))
 */
import { noGrad } from '../../autograd/grad-mode.js';
import { check } from '../../errors.js';
import { amax } from '../../ops/amax.js';
import { mul } from '../../ops/arithmetic.js';
import { assign } from '../../ops/assign.js';
import { stack } from '../../ops/cat.js';
import { zeros } from '../../ops/creation.js';
import { sum } from '../../ops/sum.js';
import { clamp } from '../../ops/clamp.js';
import { pow } from '../../ops/power.js';
import { abs, affine, reciprocal, sqrt } from '../../ops/unary.js';
import { tidy } from '../../tensor/memory.js';
import { Tensor } from '../../tensor/tensor.js';

/**
 * Scales all gradients by one number so that their common norm is at most `maxNorm`. PyTorch's `error_if_nonfinite` is
 * left out: it must read the norm, which would wait for the device; read the returned one to the same end.
 * @param options.normType p, above 0; Infinity takes the largest |g|. Default: 2
 * @returns the norm before, a scalar tensor; 0 when there are no gradients
 */
export function clipGradNorm_(
  parameters: Tensor | Iterable<Tensor>,
  maxNorm: number,
  { normType = 2 }: { readonly normType?: number } = {},
): Tensor {
  check(normType > 0, () => `clipGradNorm_: expected a normType above 0, got ${normType}`);
  return tidy(() =>
    noGrad(() => {
      const grads = gradientsOf(parameters);
      if (grads.length === 0) return zeros([]);
      const norm = totalNorm(grads, normType);
      const scale = clamp(affine(reciprocal(affine(norm, 1, 1e-6)), maxNorm, 0), -Infinity, 1);
      for (const grad of grads) assign(grad, mul(grad, scale));
      return norm;
    }),
  );
}

/** Limits each entry of the gradients to -clipValue..clipValue. */
export function clipGradValue_(parameters: Tensor | Iterable<Tensor>, clipValue: number): void {
  tidy(() => {
    noGrad(() => {
      for (const grad of gradientsOf(parameters)) assign(grad, clamp(grad, -clipValue, clipValue));
    });
  });
}

function gradientsOf(parameters: Tensor | Iterable<Tensor>): Tensor[] {
  const list = parameters instanceof Tensor ? [parameters] : [...parameters];
  return list.map(({ grad }) => grad).filter((grad) => grad !== null);
}

function totalNorm(grads: readonly Tensor[], p: number): Tensor {
  const filled = grads.filter((grad) => grad.numel() > 0);
  if (filled.length === 0) return zeros([]);
  if (p === Infinity) return amax(stack(filled.map((grad) => amax(abs(grad)))));
  if (p === 2) return sqrt(sum(stack(filled.map((grad) => sum(mul(grad, grad))))));
  return pow(sum(stack(filled.map((grad) => sum(pow(abs(grad), p))))), 1 / p);
}
