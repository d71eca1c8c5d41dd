// A heat map or a mask laid over a picture.
//
//   overlayHeat   (image + heat) / max(image + heat)      the notes' use_heatmap=True, the maximum over all values
//   blendHeat     (1 - alpha) image + alpha heat          the usual mix; alpha is the heat's share
//   maskPicture   image * mask                            the notes' use_heatmap=False
//
// All three take pictures of one size and give RGB; a grey image is used with its three channels equal.

import { ArgumentError, check } from '../errors.js';
import { checkSameSize, createPicture, toRgb, type Picture } from './picture.js';

/**
 * The notes' overlay: image plus heat map, divided by the largest value of the sum, so that the result uses 0..1 fully.
 * It brightens dark pictures and whitens light ones. Where image and heat are black everywhere the result is black.
 *
 * @param image grey or RGB, 0..1
 * @param heat the coloured mask (`applyColorMap`), same size
 * @throws ShapeError where the sizes differ; ArgumentError for NaN or infinite values.
 */
export function overlayHeat(image: Picture, heat: Picture): Picture {
  const sum = combine('overlayHeat', image, heat, (a, b) => a + b);
  let max = 0;
  for (const value of sum.data) {
    if (!Number.isFinite(value)) throw new ArgumentError('overlayHeat: expected finite values, got NaN or infinity');
    if (value > max) max = value;
  }
  if (max === 0) return sum;
  return createPicture(
    sum.width,
    sum.height,
    3,
    sum.data.map((value) => value / max),
  );
}

/**
 * A mix of both: (1 - alpha) * image + alpha * heat.
 *
 * @param alpha the heat map's share, 0 (only the image) to 1 (only the heat map), default 0.5
 * @throws ShapeError where the sizes differ; ArgumentError for an alpha outside 0..1.
 */
export function blendHeat(image: Picture, heat: Picture, alpha = 0.5): Picture {
  if (!(alpha >= 0 && alpha <= 1)) {
    throw new ArgumentError(`blendHeat: expected an alpha of 0 (image) to 1 (heat map), got ${alpha}`);
  }
  return combine('blendHeat', image, heat, (a, b) => (1 - alpha) * a + alpha * b);
}

/**
 * The picture where the mask is light, black where it is dark: image * mask.
 *
 * @param mask grey, 0..1, same size
 * @throws ShapeError where the sizes differ or the mask has 3 channels.
 */
export function maskPicture(image: Picture, mask: Picture): Picture {
  check(mask.channels === 1, () => `maskPicture: expected a mask with 1 channel, got ${mask.channels}`);
  return combine('maskPicture', image, mask, (a, b) => a * b);
}

function combine(where: string, a: Picture, b: Picture, f: (a: number, b: number) => number): Picture {
  checkSameSize(where, a, b);
  const left = toRgb(a).data;
  const right = toRgb(b).data;
  return createPicture(
    a.width,
    a.height,
    3,
    left.map((value, i) => f(value, right[i])),
  );
}
