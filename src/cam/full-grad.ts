/**
 * FullGrad (S. Srinivas and F. Fleuret, 2019, equations 3 and 8): a network of ReLUs is its input's gradient times the
 * input plus, for every bias, the bias's gradient times the bias. Each of these maps is made positive, scaled to 0..1,
 * enlarged to the input's size, and added:
 *
 *     L = sum_c psi(|dy/dx_c x_c|) + sum over layers and channels k of psi(|dy/dz_k b_k|)
 *
 * z is what a layer with biases returns. A batch norm's bias is what it adds in evaluation: b - w mean / sqrt(var + eps).
 * As in pytorch-grad-cam, the biases of linear layers, which have no places, are left out.
 */
import { grad } from '../autograd/backward.js';
import { noGrad } from '../autograd/grad-mode.js';
import { registerAll } from '../hooks/handle.js';
import { BatchNorm2d, Conv2d } from '../nn/layers.js';
import type { Module } from '../nn/module.js';
import { add, mul, sub } from '../ops/arithmetic.js';
import { interpolate } from '../ops/interpolate.js';
import { reshape } from '../ops/reshape.js';
import { sum } from '../ops/sum.js';
import { abs, neg, rsqrt } from '../ops/unary.js';
import { tidy } from '../tensor/memory.js';
import type { Tensor } from '../tensor/tensor.js';
import { unitChannels } from './channel-maps.js';
import { classScore } from './maps.js';

/**
 * @param x [N,C,H,W]
 * @param classes one per sample
 * @returns [N,H,W]
 */
export function fullGradMap(model: Module, x: Tensor, classes: readonly number[]): Tensor {
  const called: { readonly output: Tensor; readonly bias: Tensor }[] = [];
  const biased = model.modules().flatMap((layer) => {
    const bias = noGrad(() => addedBy(layer));
    return bias ? [{ layer, bias }] : [];
  });
  const handles = registerAll(
    biased.map(({ layer, bias }) => () => {
      return layer.registerForwardHook((_layer, _input, output) => {
        if (output.requiresGrad) called.push({ output, bias });
      });
    }),
  );
  try {
    return tidy(() => {
      const input = x.detach().requiresGrad_();
      const score = classScore(model.call(input), classes);
      const wanted = [input, ...called.map(({ output }) => output)];
      const [inputGradient, ...gradients] = grad(score, wanted, null, { allowUnused: true });
      const size = [x.shape[2], x.shape[3]] as const;
      const maps = gradients.flatMap((gradient, i) => (gradient ? [biasMap(gradient, called[i].bias, size)] : []));
      if (inputGradient) maps.unshift(sum(unitChannels(abs(mul(inputGradient, input.detach())), 1e-7), 1));
      return maps.reduce((total, map) => add(total, map));
    });
  } finally {
    for (const handle of handles) handle.remove();
    for (const { bias } of biased) bias.dispose();
  }
}

/** The sum over channels of psi(|gradient * bias|): gradient [N,K,h,w], bias [K] -> [N,H,W] */
function biasMap(gradient: Tensor, bias: Tensor, size: readonly [number, number]): Tensor {
  const maps = unitChannels(abs(mul(gradient, reshape(bias, [1, bias.numel(), 1, 1]))), 1e-7);
  // enlarging is linear, so the channels are added first
  const enlarged = interpolate(sum(maps, 1, true), { size, mode: 'bilinear' });
  return reshape(enlarged, [gradient.shape[0], ...size]);
}

/** What a layer adds to each of its channels [K], a tensor of its own; null for a layer that adds nothing. */
function addedBy(layer: Module): Tensor | null {
  if (layer instanceof Conv2d) return layer.bias?.detach() ?? null;
  if (!(layer instanceof BatchNorm2d)) return null;
  const { weight, bias, runningMean, runningVar, eps } = layer;
  if (!runningMean || !runningVar) return null;
  return tidy(() => {
    const shift = mul(weight ? mul(weight, runningMean) : runningMean, rsqrt(add(runningVar, eps)));
    return bias ? sub(bias, shift) : neg(shift);
  });
}
