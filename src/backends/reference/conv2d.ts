/**
 * Convolution as networks mean it (a cross-correlation: the kernel is not flipped), and its two gradients.
 *
 * With y = oy*strideHeight - padHeight + ky*dilationHeight, x likewise, zeros outside the input, and c running over the
 * inChannels/groups input channels of the output channel's group:
 *
 * - out[n,o,oy,ox] = bias[o] + sum_{c,ky,kx} w[o,c,ky,kx] x[n,c,y,x]
 * - gradInput[n,c,y,x] = sum of g[n,o,oy,ox] w[o,c,ky,kx] over all o, oy, ox, ky, kx that lead to (y, x)
 * - gradWeight[o,c,ky,kx] = sum_{n,oy,ox} g[n,o,oy,ox] x[n,c,y,x]
 *
 * The gradients are the derivatives of sum(g * out), read off the first line; the bias's is a plain sum of g.
 */
import type { Conv2dDims, HostArray } from '../../tensor/backend.js';
import { endTap, firstTap } from './window.js';

/** x [N,C,H,W], w [O,C/groups,kH,kW], bias [O] or null -> [N,O,oH,oW] */
export function conv2d(out: HostArray, x: HostArray, w: HostArray, bias: HostArray | null, dims: Conv2dDims): void {
  const { batch, inChannels, height, width, outChannels, outHeight, outWidth, kernelHeight, kernelWidth } = dims;
  const { strideHeight, strideWidth, padHeight, padWidth, dilationHeight, dilationWidth, groups } = dims;
  const groupIn = inChannels / groups;
  const groupOut = outChannels / groups;
  let to = 0;
  for (let n = 0; n < batch; n++) {
    for (let o = 0; o < outChannels; o++) {
      const firstIn = n * inChannels + Math.floor(o / groupOut) * groupIn;
      const biasValue = bias === null ? 0 : bias[o];
      for (let oy = 0; oy < outHeight; oy++) {
        const top = oy * strideHeight - padHeight;
        const kyBegin = firstTap(top, dilationHeight);
        const kyEnd = endTap(top, dilationHeight, kernelHeight, height);
        for (let ox = 0; ox < outWidth; ox++) {
          const left = ox * strideWidth - padWidth;
          const kxBegin = firstTap(left, dilationWidth);
          const kxEnd = endTap(left, dilationWidth, kernelWidth, width);
          let sum = biasValue;
          for (let c = 0; c < groupIn; c++) {
            for (let ky = kyBegin; ky < kyEnd; ky++) {
              const xRow = ((firstIn + c) * height + top + ky * dilationHeight) * width + left;
              const wRow = ((o * groupIn + c) * kernelHeight + ky) * kernelWidth;
              for (let kx = kxBegin; kx < kxEnd; kx++) sum += w[wRow + kx] * x[xRow + kx * dilationWidth];
            }
          }
          out[to++] = dims.relu && sum <= 0 ? 0 : sum;
        }
      }
    }
  }
}

/**
 * For each place of the input and each tap of the kernel, the output whose window has that tap on that place, or -1:
 * table[place*taps + tap] = (place + pad - tap*dilation) / stride, where that is a whole number from 0 to outSize - 1.
 */
function outputsOf(
  size: number,
  outSize: number,
  taps: number,
  stride: number,
  pad: number,
  dilation: number,
): Int32Array {
  const table = new Int32Array(size * taps);
  for (let place = 0; place < size; place++) {
    for (let tap = 0; tap < taps; tap++) {
      const output = (place + pad - tap * dilation) / stride;
      table[place * taps + tap] = Number.isInteger(output) && output >= 0 && output < outSize ? output : -1;
    }
  }
  return table;
}

/** g [N,O,oH,oW], w [O,C/groups,kH,kW] -> [N,C,H,W] */
export function conv2dGradInput(out: HostArray, g: HostArray, w: HostArray, dims: Conv2dDims): void {
  const { batch, inChannels, height, width, outChannels, outHeight, outWidth, kernelHeight, kernelWidth } = dims;
  const { strideHeight, strideWidth, padHeight, padWidth, dilationHeight, dilationWidth, groups } = dims;
  const groupIn = inChannels / groups;
  const groupOut = outChannels / groups;
  const outRows = outputsOf(height, outHeight, kernelHeight, strideHeight, padHeight, dilationHeight);
  const outColumns = outputsOf(width, outWidth, kernelWidth, strideWidth, padWidth, dilationWidth);
  let to = 0;
  for (let n = 0; n < batch; n++) {
    for (let channel = 0; channel < inChannels; channel++) {
      const firstOut = Math.floor(channel / groupIn) * groupOut;
      const c = channel % groupIn;
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          let sum = 0;
          for (let o = firstOut; o < firstOut + groupOut; o++) {
            for (let ky = 0; ky < kernelHeight; ky++) {
              const oy = outRows[y * kernelHeight + ky];
              if (oy < 0) continue;
              const gRow = ((n * outChannels + o) * outHeight + oy) * outWidth;
              const wRow = ((o * groupIn + c) * kernelHeight + ky) * kernelWidth;
              for (let kx = 0; kx < kernelWidth; kx++) {
                const ox = outColumns[x * kernelWidth + kx];
                if (ox >= 0) sum += g[gRow + ox] * w[wRow + kx];
              }
            }
          }
          out[to++] = sum;
        }
      }
    }
  }
}

/** g [N,O,oH,oW], x [N,C,H,W] -> [O,C/groups,kH,kW] */
export function conv2dGradWeight(out: HostArray, g: HostArray, x: HostArray, dims: Conv2dDims): void {
  const { batch, inChannels, height, width, outChannels, outHeight, outWidth, kernelHeight, kernelWidth } = dims;
  const { strideHeight, strideWidth, padHeight, padWidth, dilationHeight, dilationWidth, groups } = dims;
  const groupIn = inChannels / groups;
  const groupOut = outChannels / groups;
  let to = 0;
  for (let o = 0; o < outChannels; o++) {
    const firstIn = Math.floor(o / groupOut) * groupIn;
    for (let c = 0; c < groupIn; c++) {
      for (let ky = 0; ky < kernelHeight; ky++) {
        const top = ky * dilationHeight - padHeight;
        const oyBegin = firstTap(top, strideHeight);
        const oyEnd = endTap(top, strideHeight, outHeight, height);
        for (let kx = 0; kx < kernelWidth; kx++) {
          const left = kx * dilationWidth - padWidth;
          const oxBegin = firstTap(left, strideWidth);
          const oxEnd = endTap(left, strideWidth, outWidth, width);
          let sum = 0;
          for (let n = 0; n < batch; n++) {
            for (let oy = oyBegin; oy < oyEnd; oy++) {
              const gRow = ((n * outChannels + o) * outHeight + oy) * outWidth;
              const xRow = ((n * inChannels + firstIn + c) * height + top + oy * strideHeight) * width + left;
              for (let ox = oxBegin; ox < oxEnd; ox++) sum += g[gRow + ox] * x[xRow + ox * strideWidth];
            }
          }
          out[to++] = sum;
        }
      }
    }
  }
}
