/**
 * Score-CAM (H. Wang et al., 2020, equations 4 to 6): a channel's weight is the class's score when only that channel's
 * places are shown. No gradient; one run of the model for each channel.
 *
 *     M_k = (up(A_k) - min) / (max - min)     the channel, enlarged to the input's size, in 0..1
 *     w   = softmax over k of score(x M_k)
 *     L   = sum_k w_k A_k
 *
 * As pytorch-grad-cam does: enlarged with the corners aligned, 1e-8 added to the denominator, the logit as the score.
 * The paper takes the score of a blank input off each, which the softmax does not see.
 */
import { mul } from '../ops/arithmetic.js';
import { interpolate } from '../ops/interpolate.js';
import { narrow } from '../ops/narrow.js';
import { reshape } from '../ops/reshape.js';
import { softmax } from '../ops/softmax.js';
import type { Tensor } from '../tensor/tensor.js';
import { unitChannels } from './channel-maps.js';
import { perSample, type LayerRun } from './layer-run.js';

/** -> [N,h,w] */
export async function scoreCamMap(run: LayerRun): Promise<Tensor> {
  const { model, x, activation, classes, runs } = run;
  const [, channels] = activation.shape;
  const [, , height, width] = x.shape;
  return perSample(run, async (n) => {
    using scores = await runs.scores(channels, classes[n], (start, length) => {
      const part = narrow(narrow(activation, 0, n, 1), 1, start, length);
      const masks = unitChannels(enlarge(part, [height, width]), 1e-8);
      return model.call(mul(narrow(x, 0, n, 1), reshape(masks, [length, 1, height, width])));
    });
    return softmax(scores, 0);
  });
}

function enlarge(maps: Tensor, size: readonly [number, number]): Tensor {
  return interpolate(maps, { size, mode: 'bilinear', alignCorners: true });
}
