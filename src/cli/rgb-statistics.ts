/** How a network's images are normalised, for commands that make them of bytes of RGB at a size of their own. */
import { ArgumentError } from '../errors.js';
import type { ChannelStatistics } from '../training/labelled-images.js';
import type { Preprocess } from '../weights/preprocess-spec.js';

/**
 * Mean and deviation for colours from 0 to 1.
 * @param path of the weights whose preprocessing it is
 * @throws ArgumentError where nothing is known of it, or where the network wants BGR
 */
export function rgbStatistics(preprocess: Preprocess | null, path: string): ChannelStatistics {
  if (!preprocess) {
    throw new ArgumentError(
      `${path}: the file does not say how pictures are prepared for this network; give --preprocess imagenet or a .json file`,
    );
  }
  const { order, range, mean, std } = preprocess;
  if (order !== 'RGB') {
    throw new ArgumentError(
      `${path}: expected a network that takes RGB, as this command feeds it, got one that takes ${order}`,
    );
  }
  const scaled = ([r, g, b]: readonly [number, number, number]) => [r / range, g / range, b / range] as const;
  return { mean: scaled(mean), std: scaled(std) };
}
