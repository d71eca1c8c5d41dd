/**
 * Layer normalisation (J. Ba, J. Kiros, G. Hinton, 2016, equation 4): mean 0 and variance 1 over the last dimensions, for
 * each place of the others on its own, then a weight and a bias for each of their elements.
 */
import { check } from '../errors.js';
import { checkShape, formatShape, numel, sameShape, type Shape } from '../tensor/shape.js';
import { checkTensor, commonBackend, type Tensor } from '../tensor/tensor.js';
import { add, mul } from './arithmetic.js';
import { reshape } from './reshape.js';
import { standardizeRows } from './standardize.js';

/**
 * x [..,normalizedShape], weight and bias of the normalized shape or null -> x's shape
 * @param normalizedShape the sizes of the last dimensions, at least one; a number for the last dimension only
 * @param eps added to the variance, default 1e-5
 */
export function layerNorm(
  x: Tensor,
  normalizedShape: number | Shape,
  weight: Tensor | null = null,
  bias: Tensor | null = null,
  eps = 1e-5,
): Tensor {
  checkTensor('layerNorm', x);
  commonBackend('layerNorm', [x, weight, bias]);
  const sizes = typeof normalizedShape === 'number' ? [normalizedShape] : normalizedShape;
  checkShape(sizes, 'layerNorm');
  check(sizes.length > 0, () => 'layerNorm: expected a normalizedShape of at least one size, got []');
  const outer = x.shape.slice(0, Math.max(0, x.ndim - sizes.length));
  check(
    sameShape(x.shape, [...outer, ...sizes]),
    () => `layerNorm: expected an input whose last sizes are ${formatShape(sizes)}, got ${formatShape(x.shape)}`,
  );
  for (const [name, tensor] of Object.entries({ weight, bias })) {
    check(
      !tensor || sameShape(tensor.shape, sizes),
      () => `layerNorm: expected a ${name} of shape ${formatShape(sizes)}, got ${formatShape(tensor?.shape ?? [])}`,
    );
  }
  const rows = reshape(x, [numel(outer), numel(sizes)]);
  const normalized = reshape(standardizeRows(rows, eps), x.shape);
  const scaled = weight ? mul(normalized, weight) : normalized;
  return bias ? add(scaled, bias) : scaled;
}
