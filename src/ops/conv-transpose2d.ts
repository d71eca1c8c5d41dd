/**
 * Transposed convolution: the map that takes conv2d's output gradient to its input gradient, used forward to enlarge.
 *
 *     y[n,c,i,j] = b[c] + sum of x[n,o,k,l] w[o,c,u,v] over all i = k*stride + u*dilation - padding, j likewise
 *
 * So its kernel is conv2d's input gradient, whose own gradients are a convolution and conv2d's weight gradient.
 */
import { check } from '../errors.js';
import { formatShape } from '../tensor/shape.js';
import { checkTensors, commonBackend, type Tensor } from '../tensor/tensor.js';
import { add } from './arithmetic.js';
import { conv2dGradInput } from './conv2d.js';
import { checkConvBias, checkConvRanks, kernelDims } from './conv-dims.js';
import { pair, type Pair } from './pair.js';
import { reshape, unsqueeze } from './reshape.js';

export interface ConvTranspose2dOptions {
  /** How far apart in the output the input's pixels come to lie; a number or [height, width]. Default: 1. */
  readonly stride?: Pair;
  /** Rows and columns that are left out all around the output. Default: 0. */
  readonly padding?: Pair;
  /**
   * Rows and columns put after the output, where a stride leaves open how large it is; less than stride or dilation.
   * Default: 0.
   */
  readonly outputPadding?: Pair;
  /** Independent groups of channels. Default: 1. */
  readonly groups?: number;
  /** Distance between the taps of the window. Default: 1. */
  readonly dilation?: Pair;
}

/**
 * x [N,C,H,W] or [C,H,W], weight [C,O/groups,kH,kW], bias [O] or null -> [N,O,oH,oW] or [O,oH,oW],
 * oH = (H - 1) stride - 2 padding + dilation (kH - 1) + outputPadding + 1
 */
export function convTranspose2d(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null = null,
  options: ConvTranspose2dOptions = {},
): Tensor {
  checkTensors('convTranspose2d', [x, weight]);
  const op = 'convTranspose2d';
  commonBackend(op, [x, weight, bias]);
  checkConvRanks(op, 2, x.shape, weight.shape, '[in,out/groups,kH,kW]');
  if (x.ndim === 3) {
    const out = convTranspose2d(unsqueeze(x, 0), weight, bias, options);
    return reshape(out, out.shape.slice(1));
  }
  const stride = pair(options.stride ?? 1, `${op}: stride`, 1);
  const padding = pair(options.padding ?? 0, `${op}: padding`, 0);
  const outputPadding = pair(options.outputPadding ?? 0, `${op}: outputPadding`, 0);
  const dilation = pair(options.dilation ?? 1, `${op}: dilation`, 1);
  const groups = options.groups ?? 1;
  const [batch, channels, ...sizes] = x.shape;
  const [inChannels, perGroup, ...kernel] = weight.shape;
  check(
    Number.isInteger(groups) && groups >= 1 && inChannels % groups === 0,
    () => `${op}: expected groups to divide the ${inChannels} input channels, got groups ${groups}`,
  );
  check(
    channels === inChannels,
    () =>
      `${op}: expected ${inChannels} input channels (weight ${formatShape(weight.shape)}), got input ${formatShape(x.shape)}`,
  );
  checkConvBias(op, bias?.shape ?? null, perGroup * groups);
  check(
    outputPadding.every((more, i) => more < stride[i] || more < dilation[i]),
    () =>
      `${op}: expected an outputPadding less than the stride (${stride.join(',')}) or the dilation (${dilation.join(',')}), ` +
      `got ${outputPadding.join(',')}`,
  );
  const out = sizes.map(
    (size, i) => (size - 1) * stride[i] - 2 * padding[i] + dilation[i] * (kernel[i] - 1) + outputPadding[i] + 1,
  );
  check(
    sizes.every((size) => size >= 1) && out.every((size) => size >= 1),
    () =>
      `${op}: expected an output of at least 1x1, got ${out.join('x')} for input ${formatShape(x.shape)} and padding ${padding.join(',')}`,
  );
  // seen from the convolution whose gradient this is, output and input change places
  const counts = { batch, inChannels: perGroup * groups, outChannels: inChannels, groups };
  const result = conv2dGradInput(x, weight, kernelDims(counts, out, sizes, kernel, { stride, padding, dilation }));
  return bias ? add(result, reshape(bias, [perGroup * groups, 1, 1])) : result;
}
