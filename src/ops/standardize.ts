/**
 * Values normalised channel by channel, the core of all normalisations, as one node of the graph: with n values in a
 * channel,
 *
 *     xhat = (x - mean) inverse,    inverse = 1 / sqrt(variance + eps),    y = xhat weight + bias
 *
 *     dbias = sum g      dweight = sum g xhat
 *     dx = g weight inverse                                              by given statistics
 *     dx = (g - (sum g + xhat sum g xhat) / n) weight inverse            by the channel's own
 *
 * (S. Ioffe, C. Szegedy, 2015, section 3). A backward pass that is recorded runs the same formulas in differentiable ops.
 */
import { isGradEnabled, noGrad } from '../autograd/grad-mode.js';
import { record } from '../autograd/record.js';
import type { AxisDims } from '../tensor/backend.js';
import type { Gradients } from '../tensor/grad-node.js';
import { tidy } from '../tensor/memory.js';
import { commonBackend, Tensor } from '../tensor/tensor.js';
import { mul, sub } from './arithmetic.js';
import { select } from './narrow.js';
import { reshape } from './reshape.js';
import { mean, sum } from './sum.js';
import { affine, rsqrt } from './unary.js';

/** Mean and variance (divided by the count) of each channel, [C]. */
export interface Moments {
  readonly mean: Tensor;
  readonly variance: Tensor;
}

export interface StandardizeOptions {
  /** How x is seen: [outer,channels,inner], `axis` being the channels. */
  readonly dims: AxisDims;
  /** Added to the variance. */
  readonly eps: number;
  /** Whether the moments are those of x itself, so that the gradient flows through them. */
  readonly own: boolean;
}

/** x [rows,n] -> [rows,n], each row with mean 0 and variance 1 (less where eps counts) */
export function standardizeRows(x: Tensor, eps: number): Tensor {
  const [rows, n] = x.shape;
  const dims = { outer: 1, axis: rows, inner: n };
  return tidy(() => standardize('Standardize', x, channelMoments(x, dims), null, null, { dims, eps, own: true }));
}

/** The moments of x, outside of the graph. */
export function channelMoments(x: Tensor, dims: AxisDims): Moments {
  return noGrad(() => {
    using both = new Tensor(x.backend.channelMoments(x.live(), dims), [2, dims.axis]);
    return { mean: select(both, 0, 0), variance: select(both, 0, 1) };
  });
}

/**
 * x [..], weight and bias [C] or null -> x's shape. Leaves intermediate results to the scope that it is called in.
 * @param name what the graph calls the step
 */
export function standardize(
  name: string,
  x: Tensor,
  { mean, variance }: Moments,
  weight: Tensor | null,
  bias: Tensor | null,
  options: StandardizeOptions,
): Tensor {
  commonBackend(name, [x, mean, variance, weight, bias]);
  const { dims, eps } = options;
  const inverse = noGrad(() => rsqrt(affine(variance, 1, eps)));
  const by = { mean: mean.live(), inverse: inverse.live(), weight: weight?.live() ?? null };
  const out = new Tensor(x.backend.normalize(x.live(), by, bias?.live() ?? null, dims), x.shape);
  return record(
    name,
    out,
    [x, weight, bias],
    weight ? [x, mean, inverse, weight] : [x, mean, inverse],
    (needed, grad, x, mean, inverse, weight?: Tensor) => {
      const run = isGradEnabled() ? recordedGradients : gradients;
      return run(needed, grad, x, { mean, inverse, weight: weight ?? null }, options);
    },
  );
}

interface Saved {
  readonly mean: Tensor;
  readonly inverse: Tensor;
  readonly weight: Tensor | null;
}

/** The gradients of x, weight and bias, by kernels. */
function gradients(
  [ofX, ofWeight, ofBias]: readonly boolean[],
  grad: Tensor,
  x: Tensor,
  { mean, inverse, weight }: Saved,
  { dims, own }: StandardizeOptions,
): Gradients {
  const { backend } = x;
  const by = { mean: mean.live(), inverse: inverse.live(), weight: weight?.live() ?? null };
  const sums =
    (ofX && own) || ofWeight || ofBias
      ? new Tensor(backend.normalizeSums(grad.live(), x.live(), by, dims), [2, dims.axis])
      : null;
  const flowing = own && sums ? sums.live() : null;
  return [
    ofX ? new Tensor(backend.normalizeGrad(grad.live(), x.live(), by, flowing, dims), x.shape) : null,
    ofWeight && sums ? select(sums, 0, 1) : null,
    ofBias && sums ? select(sums, 0, 0) : null,
  ];
}

/** The same in ops, for second derivatives: own moments are computed anew, to show how they depend on x. */
function recordedGradients(
  [ofX, ofWeight, ofBias]: readonly boolean[],
  grad: Tensor,
  x: Tensor,
  saved: Saved,
  { dims: { outer, axis, inner }, eps, own }: StandardizeOptions,
): Gradients {
  const perChannel = (t: Tensor): Tensor => reshape(t, [axis, 1]);
  const average = (t: Tensor): Tensor => mean(t, [0, 2], true);
  const g = reshape(grad, [outer, axis, inner]);
  const values = reshape(x, [outer, axis, inner]);
  const centered = sub(values, own ? average(values) : perChannel(saved.mean));
  const inverse = own ? rsqrt(affine(average(mul(centered, centered)), 1, eps)) : perChannel(saved.inverse);
  const xhat = mul(centered, inverse);
  const ofInput = (): Tensor => {
    const h = saved.weight ? mul(g, perChannel(saved.weight)) : g;
    const flowing = own ? sub(sub(h, average(h)), mul(xhat, average(mul(h, xhat)))) : h;
    return reshape(mul(flowing, inverse), x.shape);
  };
  return [ofX ? ofInput() : null, ofWeight ? sum(mul(g, xhat), [0, 2]) : null, ofBias ? sum(g, [0, 2]) : null];
}
