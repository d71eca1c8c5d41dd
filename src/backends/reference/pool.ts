/**
 * Maximum pooling over the planes of [planes, height, width].
 *
 * - maxPool2d:        out[p,oy,ox] = max of x[p,y,x] over y = oy*stride - pad + ky*dilation, x likewise, inside the
 *   plane
 * - maxPool2dIndices: y*width + x of that maximum
 *
 * The winner is found by PyTorch's rule: the first place inside to begin with, replaced by each later one that is
 * greater or NaN. A window with no place inside (possible with dilation) has the maximum -Infinity and the index -1.
 */
import type { HostArray, Pool2dDims } from '../../tensor/backend.js';
import { endTap, firstTap } from './window.js';

/** Calls `store(o, at)` for each output o of all planes with where in x its maximum lies, -1 if nowhere. */
function forEachMaximum(x: HostArray, dims: Pool2dDims, store: (o: number, at: number, plane: number) => void): void {
  const { planes, height, width, outHeight, outWidth, kernelHeight, kernelWidth } = dims;
  const { strideHeight, strideWidth, padHeight, padWidth, dilationHeight, dilationWidth } = dims;
  let to = 0;
  for (let plane = 0; plane < planes; plane++) {
    for (let oy = 0; oy < outHeight; oy++) {
      const top = oy * strideHeight - padHeight;
      const kyBegin = firstTap(top, dilationHeight);
      const kyEnd = endTap(top, dilationHeight, kernelHeight, height);
      for (let ox = 0; ox < outWidth; ox++) {
        const left = ox * strideWidth - padWidth;
        const kxBegin = firstTap(left, dilationWidth);
        const kxEnd = endTap(left, dilationWidth, kernelWidth, width);
        let best = -Infinity;
        let bestAt = -1;
        for (let ky = kyBegin; ky < kyEnd; ky++) {
          const row = (plane * height + top + ky * dilationHeight) * width + left;
          for (let kx = kxBegin; kx < kxEnd; kx++) {
            const at = row + kx * dilationWidth;
            const value = x[at];
            if (value > best || Number.isNaN(value) || bestAt < 0) {
              best = value;
              bestAt = at;
            }
          }
        }
        store(to++, bestAt, plane);
      }
    }
  }
}

/** x [planes,height,width] -> [planes,outHeight,outWidth] */
export function maxPool2d(out: HostArray, x: HostArray, dims: Pool2dDims): void {
  forEachMaximum(x, dims, (o, at) => {
    out[o] = at < 0 ? -Infinity : x[at];
  });
}

/** x [planes,height,width] -> [planes,outHeight,outWidth], each a place in its plane */
export function maxPool2dIndices(out: HostArray, x: HostArray, dims: Pool2dDims): void {
  const planeSize = dims.height * dims.width;
  forEachMaximum(x, dims, (o, at, plane) => {
    out[o] = at < 0 ? -1 : at - plane * planeSize;
  });
}
