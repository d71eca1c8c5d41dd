/** Convolutions of one group on packed images, as the kernels and those who run them see them. */
import type { Conv2dDims } from '../../../tensor/backend.js';
import type { Images } from '../gpu-storage.js';

export interface PackedConv extends Omit<Conv2dDims, 'inChannels' | 'groups' | 'relu'> {
  readonly channels: number;
}

export function packedConv(dims: Conv2dDims): PackedConv {
  const { inChannels, ...rest } = dims;
  return { ...rest, channels: inChannels };
}

/** The convolution whose result is the input's gradient, for stride 1: over the output, with the other padding. */
export function convOfGradient(dims: PackedConv): PackedConv {
  const reach = (kernel: number, dilation: number) => dilation * (kernel - 1);
  return {
    ...dims,
    channels: dims.outChannels,
    height: dims.outHeight,
    width: dims.outWidth,
    outChannels: dims.channels,
    outHeight: dims.height,
    outWidth: dims.width,
    padHeight: reach(dims.kernelHeight, dims.dilationHeight) - dims.padHeight,
    padWidth: reach(dims.kernelWidth, dims.dilationWidth) - dims.padWidth,
  };
}

/** What a convolution puts out. */
export function outputImages({ batch, outChannels, outHeight, outWidth }: PackedConv): Images {
  return { batch, channels: outChannels, height: outHeight, width: outWidth };
}

export function convKey(dims: PackedConv): string {
  const { batch, channels, height, width, outChannels, outHeight, outWidth, kernelHeight, kernelWidth } = dims;
  const { strideHeight, strideWidth, padHeight, padWidth, dilationHeight, dilationWidth } = dims;
  return [
    [batch, channels, height, width],
    [outChannels, outHeight, outWidth, kernelHeight, kernelWidth],
    [strideHeight, strideWidth, padHeight, padWidth, dilationHeight, dilationWidth],
  ].join(' ');
}
