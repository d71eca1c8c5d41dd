/**
 * Group normalisation (Y. Wu, K. He, 2018, section 3): mean 0 and variance 1 over a group of channels and all their places, for
 * each sample on its own, then a weight and a bias for each channel.
 */
import { check } from '../errors.js';
import { formatShape, numel } from '../tensor/shape.js';
import { checkTensor, commonBackend, type Tensor } from '../tensor/tensor.js';
import { add, mul } from './arithmetic.js';
import { reshape } from './reshape.js';
import { standardizeRows } from './standardize.js';

/**
 * x [N,C,..], weight and bias [C] or null -> [N,C,..]
 * @param numGroups divides C: 1 normalizes over all channels together, C over each alone
 * @param eps added to the variance, default 1e-5
 */
export function groupNorm(
  x: Tensor,
  numGroups: number,
  weight: Tensor | null = null,
  bias: Tensor | null = null,
  eps = 1e-5,
): Tensor {
  checkTensor('groupNorm', x);
  const op = 'groupNorm';
  commonBackend(op, [x, weight, bias]);
  check(x.ndim >= 2, () => `${op}: expected an input of shape [N,C,..], got ${formatShape(x.shape)}`);
  const [samples, channels, ...places] = x.shape;
  check(
    Number.isInteger(numGroups) && numGroups > 0 && channels % numGroups === 0,
    () =>
      `${op}: expected a numGroups that divides the ${channels} channels of input ${formatShape(x.shape)}, got ${numGroups}`,
  );
  const size = (channels / numGroups) * numel(places);
  check(samples * size !== 1, () => `${op}: expected more than one value per group, got input ${formatShape(x.shape)}`);
  const rows = reshape(x, [samples * numGroups, size]);
  return perChannelAffine(op, reshape(standardizeRows(rows, eps), x.shape), weight, bias);
}

/** x [N,C,..], weight and bias [C] or null -> x * weight + bias */
export function perChannelAffine(op: string, x: Tensor, weight: Tensor | null, bias: Tensor | null): Tensor {
  const channels = x.shape[1];
  for (const [name, tensor] of Object.entries({ weight, bias })) checkPerChannel(op, name, tensor, x);
  const spread = (t: Tensor): Tensor => reshape(t, [channels, ...x.shape.slice(2).map(() => 1)]);
  const scaled = weight ? mul(x, spread(weight)) : x;
  return bias ? add(scaled, spread(bias)) : scaled;
}

/** Refuses a tensor that is not [C] for x [N,C,..]. */
export function checkPerChannel(op: string, name: string, tensor: Tensor | null, x: Tensor): void {
  check(
    !tensor || (tensor.ndim === 1 && tensor.shape[0] === x.shape[1]),
    () =>
      `${op}: expected a ${name} of shape [${x.shape[1]}] for input ${formatShape(x.shape)}, ` +
      `got ${formatShape(tensor?.shape ?? [])}`,
  );
}
