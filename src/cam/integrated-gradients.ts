/**
 * Integrated gradients (M. Sundararajan et al., 2017, equations 1 and 3): the gradient's mean on the straight way from a
 * baseline b to the input x, times the way:
 *
 *     (x - b) * 1/m sum_k dy/dx at b + (k + 1/2) / m (x - b),   k = 0 .. m - 1
 *
 * They add up to score(x) - score(b), but for the error of the sum over m steps (the middle of each).
 */
import { grad } from '../autograd/backward.js';
import { noGrad } from '../autograd/grad-mode.js';
import { check } from '../errors.js';
import type { Picture } from '../image/picture.js';
import type { Module } from '../nn/module.js';
import { add, mul, sub } from '../ops/arithmetic.js';
import { full } from '../ops/creation.js';
import { affine } from '../ops/unary.js';
import { tidy } from '../tensor/memory.js';
import { Tensor } from '../tensor/tensor.js';
import { nextTurn, type RunOptions } from './batched-runs.js';
import { classScore, requireFinite, toPictures } from './maps.js';
import { warnIfTraining } from './training-mode.js';

export interface IntegratedGradientsOptions {
  /** One class per sample, or one for all. */
  readonly classes: number | readonly number[];
  /** An input that says nothing: a number, or a tensor of x's shape. Default: 0, after preprocessing the mean colour. */
  readonly baseline?: number | Tensor;
  /** Default: 32. */
  readonly steps?: number;
  /** Called after each step. */
  readonly onProgress?: RunOptions['onProgress'];
}

/**
 * How much each value of each sample adds to its class's score.
 * @param x [N,3,H,W]
 * @returns N pictures [H,W,3] of any values; `showGradient` makes them presentable
 */
export async function integratedGradients(
  model: Module,
  x: Tensor,
  { classes, baseline = 0, steps = 32, onProgress }: IntegratedGradientsOptions,
): Promise<Picture[]> {
  warnIfTraining(model, 'integratedGradients');
  check(
    Number.isInteger(steps) && steps >= 1,
    () => `integratedGradients: expected a number of steps of at least 1, got ${steps}`,
  );
  requireFinite(await x.data(), 'integratedGradients: the input');
  using start = baseline instanceof Tensor ? baseline.detach() : full(x.shape, baseline, x.backend);
  using way = noGrad(() => sub(x, start));
  let total = full(x.shape, 0, x.backend);
  try {
    for (let k = 0; k < steps; k++) {
      using before = total;
      total = tidy(() => {
        const point = noGrad(() => add(start, affine(way, (k + 0.5) / steps, 0))).requiresGrad_();
        const [gradient] = grad(classScore(model.call(point), classes), [point]);
        return noGrad(() => add(before, gradient));
      });
      onProgress?.(k + 1, steps);
      await nextTurn();
    }
    using attributions = noGrad(() => tidy(() => mul(affine(total, 1 / steps, 0), way)));
    const values = await attributions.data();
    requireFinite(values, 'integratedGradients');
    return toPictures(values, x.shape, 'integratedGradients');
  } finally {
    total.dispose();
  }
}
