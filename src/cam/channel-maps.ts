/**
 * Maps that follow from a layer's activation A and the gradient G of the class's score with respect to it, in closed
 * form: the relatives of Grad-CAM (`gradCamMap`). Each is the map before ReLU, scaling and resizing.
 *
 * A, G [N,K,h,w] -> [N,h,w]. Where a method weighs channels, w_k is one number per channel and L = sum_k w_k A_k.
 */
import { amax } from '../ops/amax.js';
import { add, div, mul, sub } from '../ops/arithmetic.js';
import { gt } from '../ops/compare.js';
import { relu } from '../ops/relu.js';
import { mean, sum } from '../ops/sum.js';
import { neg } from '../ops/unary.js';
import { std } from '../ops/variance.js';
import { tidy } from '../tensor/memory.js';
import type { Tensor } from '../tensor/tensor.js';

/** HiResCAM (R. Draelos and L. Carin, 2020, equation 4): L = sum_k G_k A_k, place by place, no mean over places. */
export function hiResCamMap(activation: Tensor, gradient: Tensor): Tensor {
  return tidy(() => sum(mul(gradient, activation), 1));
}

/** Element-wise Grad-CAM (J. Gildenblat, pytorch-grad-cam): L = sum_k max(G_k A_k, 0). What speaks against is left out. */
export function gradCamElementWiseMap(activation: Tensor, gradient: Tensor): Tensor {
  return tidy(() => sum(relu(mul(gradient, activation)), 1));
}

/**
 * Grad-CAM++ (A. Chattopadhay et al., 2018, equations 10 and 19):
 *
 *     w_k = sum_ij alpha_ij max(G_ij, 0),   alpha_ij = G_ij^2 / (2 G_ij^2 + G_ij^3 sum_ab A_ab)
 *
 * The powers stand for the second and third derivatives of exp(score). 1e-6 is added to the denominator, as
 * pytorch-grad-cam does. alpha counts only where G > 0, so max(G, 0) stands in for G everywhere.
 */
export function gradCamPlusPlusMap(activation: Tensor, gradient: Tensor): Tensor {
  return tidy(() => {
    const g = relu(gradient);
    const square = mul(g, g);
    const total = sum(activation, [2, 3], true);
    const alpha = div(square, add(add(mul(square, 2), mul(mul(square, g), total)), 1e-6));
    return weighedChannels(activation, sum(mul(alpha, g), [2, 3], true));
  });
}

/**
 * XGrad-CAM (R. Fu et al., 2020, equation 8): w_k = sum_ij G_ij A_ij / sum_ab A_ab, the gradient's mean weighed by the
 * activation. 1e-7 is added to the denominator: a channel that is 0 everywhere has the weight 0.
 */
export function xGradCamMap(activation: Tensor, gradient: Tensor): Tensor {
  return tidy(() => {
    const total = add(sum(activation, [2, 3], true), 1e-7);
    return weighedChannels(activation, sum(div(mul(gradient, activation), total), [2, 3], true));
  });
}

/** LayerCAM (P. Jiang et al., 2021, equations 3 and 4): L = sum_k max(G_k, 0) A_k. Sharp at shallow layers too. */
export function layerCamMap(activation: Tensor, gradient: Tensor): Tensor {
  return tidy(() => sum(mul(relu(gradient), activation), 1));
}

/**
 * FEM, the feature explanation method (K. Fuad et al., 2020): w_k is the share of places where A_k is more than two
 * standard deviations above its mean. No gradient, and so no class.
 */
export function femMap(activation: Tensor): Tensor {
  return tidy(() => {
    const spread = std(activation, [2, 3], { correction: 0, keepdim: true });
    const threshold = add(mean(activation, [2, 3], true), mul(spread, 2));
    return weighedChannels(activation, mean(gt(activation, threshold), [2, 3], true));
  });
}

/** sum_k w_k A_k: activation [N,K,h,w], weights [N,K,1,1] -> [N,h,w] */
export function weighedChannels(activation: Tensor, weights: Tensor): Tensor {
  return tidy(() => sum(mul(weights, activation), 1));
}

/** Each map of [N,K,h,w] to 0..1: (x - min) / (max - min + eps). One without differences becomes 0. */
export function unitChannels(maps: Tensor, eps: number): Tensor {
  return tidy(() => {
    const min = neg(amax(neg(maps), [2, 3], true));
    const above = sub(maps, min);
    return div(above, add(amax(above, [2, 3], true), eps));
  });
}
