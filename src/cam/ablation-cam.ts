/**
 * Ablation-CAM (S. Desai and H. Ramaswamy, 2020, equations 2 and 3): a channel's weight is the share of the class's
 * score that is lost without it. No gradient; one run of the rest of the model for each channel.
 *
 *     w_k = (score - score with A_k = 0) / score
 *     L   = sum_k w_k A_k
 *
 * The formula wants a positive score. With a negative one the quotient turns every sign, as it does in
 * pytorch-grad-cam, and a warning says so. A score of exactly 0 is left out of the quotient.
 */
import { noGrad } from '../autograd/grad-mode.js';
import { ShapeError } from '../errors.js';
import { mul, sub } from '../ops/arithmetic.js';
import { fromHost } from '../ops/creation.js';
import { expand } from '../ops/expand.js';
import { narrow } from '../ops/narrow.js';
import { affine } from '../ops/unary.js';
import { tidy } from '../tensor/memory.js';
import type { Tensor } from '../tensor/tensor.js';
import { warn } from '../warnings.js';
import { perSample, type LayerRun } from './layer-run.js';
import { classScores } from './maps.js';

/** -> [N,h,w] */
export async function ablationCamMap(run: LayerRun): Promise<Tensor> {
  const { model, x, activation, classes, runs } = run;
  const [, channels] = activation.shape;
  return perSample(run, async (n) => {
    const copies = copiesNeeded(run, n);
    using score = noGrad(() => tidy(() => classScores(model.call(narrow(x, 0, n, 1)), classes[n])));
    const [value] = await score.data();
    if (value < 0) warnOfSign(classes[n], value);
    using left = await runs.scores(channels, classes[n], (start, length) =>
      runFrom(run, n, withoutChannels(narrow(activation, 0, n, 1), start, length), copies),
    );
    return tidy(() => affine(sub(score, left), value === 0 ? 1 : 1 / value, 0));
  });
}

/** activation [1,K,h,w] -> [length,K,h,w], copy i without channel start + i */
function withoutChannels(activation: Tensor, start: number, length: number): Tensor {
  const channels = activation.shape[1];
  const present = fromHost(
    [length, channels, 1, 1],
    (host) => {
      host.fill(1);
      for (let i = 0; i < length; i++) host[i * channels + start + i] = 0;
    },
    activation.backend,
  );
  return mul(activation, present);
}

/**
 * Logits with `replaced` [B,K,h,w] in place of what the layer returns.
 * @param copies run the sample itself once for all of them, or a copy for each
 */
function runFrom({ model, x, layer }: LayerRun, n: number, replaced: Tensor, copies: boolean): Tensor {
  const sample = narrow(x, 0, n, 1);
  let seen = false;
  using _handle = layer.registerForwardHook(() => {
    if (seen) return null;
    seen = true;
    return replaced;
  });
  return model.call(copies ? expand(sample, [replaced.shape[0], ...x.shape.slice(1)]) : sample);
}

/**
 * One sample before the layer and many after it is all that most networks need. Where something from before the layer
 * is laid beside what comes after it (`cat`), the batches must agree: then the sample is copied.
 */
function copiesNeeded(run: LayerRun, n: number): boolean {
  return tidy(() => {
    const two = withoutChannels(narrow(run.activation, 0, n, 1), 0, Math.min(2, run.activation.shape[1]));
    try {
      return noGrad(() => runFrom(run, n, two, false)).shape[0] !== two.shape[0];
    } catch (error) {
      if (error instanceof ShapeError) return true;
      throw error;
    }
  });
}

function warnOfSign(classIndex: number, score: number): void {
  warn(
    `Ablation-CAM: the score of class ${classIndex} is negative (${score.toPrecision(3)}), and the method divides by it: ` +
      'its map shows what speaks against the class',
  );
}
