/**
 * Maximum pooling over the planes of [planes, height, width], and moving values by the places of the maxima.
 *
 * - maxPool2d:        out[p,oy,ox] = max of x[p,y,x] over y = oy*stride - pad + ky*dilation, x likewise, inside the
 *   plane
 * - maxPool2dIndices: y*width + x of that maximum
 * - poolGather:       out[p,o] = x[p,indices[p,o]]
 * - poolScatter:      out[p,i] = sum of g[p,o] over the o with indices[p,o] = i
 *
 * The winner is found by PyTorch's rule: the first place inside to begin with, replaced by each later one that is
 * greater or NaN. A window with no place inside (possible with dilation) has the maximum -Infinity and the index -1,
 * which gathers 0 and scatters nothing.
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

/** x [planes,height,width], indices [planes,outHeight,outWidth] -> [planes,outHeight,outWidth] */
export function poolGather(out: HostArray, x: HostArray, indices: HostArray, dims: Pool2dDims): void {
  const planeSize = dims.height * dims.width;
  const outSize = dims.outHeight * dims.outWidth;
  for (let plane = 0; plane < dims.planes; plane++) {
    for (let o = plane * outSize; o < (plane + 1) * outSize; o++) {
      out[o] = indices[o] < 0 ? 0 : x[plane * planeSize + indices[o]];
    }
  }
}

/** g [planes,outHeight,outWidth], indices alike -> [planes,height,width]; summed in double, stored once. */
export function poolScatter(out: HostArray, g: HostArray, indices: HostArray, dims: Pool2dDims): void {
  const planeSize = dims.height * dims.width;
  const outSize = dims.outHeight * dims.outWidth;
  const sums = new Float64Array(planeSize);
  for (let plane = 0; plane < dims.planes; plane++) {
    sums.fill(0);
    for (let o = plane * outSize; o < (plane + 1) * outSize; o++) {
      if (indices[o] >= 0) sums[indices[o]] += g[o];
    }
    out.set(sums, plane * planeSize);
  }
}
