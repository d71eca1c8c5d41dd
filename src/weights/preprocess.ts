/**
 * From a picture to a network's input, and to the picture that overlays are drawn on.
 *
 *     input[c][y][x] = (picture[y][x][c] * range - mean[c]) / std[c]      channels in the order RGB or BGR
 */
import { check } from '../errors.js';
import { createPicture, swapRedBlue, toRgb, type Picture } from '../image/picture.js';
import { resize } from '../image/resize.js';
import { fromHost } from '../ops/creation.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Preprocess } from './preprocess-spec.js';

/** A part of a picture, in whole pixels. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Beyond this, keeping the proportions would make a huge input of a small file. */
const MAX_PROPORTION = 32;

/**
 * The network's input for a picture, on the active backend, and what it shows.
 * @param picture of any size, 0..1; a grey one is used with its three channels equal
 * @returns input [1,3,H,W], and the same as an RGB picture in 0..1. A picture that has the right size already is not
 * resampled
 * @throws ShapeError for a picture more than 32 times as long as wide (or the other way round), unless it is stretched
 */
export function preprocess(picture: Picture, spec: Preprocess): { input: Tensor; picture: Picture } {
  const seen = fitted(toRgb(picture), spec);
  const { data } = spec.order === 'BGR' ? swapRedBlue(seen) : seen;
  const plane = seen.width * seen.height;
  const input = fromHost([1, 3, seen.height, seen.width], (host) => {
    for (let c = 0; c < 3; c++) {
      for (let i = 0; i < plane; i++) {
        host[c * plane + i] = (data[3 * i + c] * spec.range - spec.mean[c]) / spec.std[c];
      }
    }
  });
  return { input, picture: seen };
}

/** The part of the picture that the network sees: all of it, unless the preprocessing crops. */
export function seenRegion(picture: Picture, spec: Preprocess): Region {
  const { width, height } = picture;
  if (spec.fit !== 'crop') return { x: 0, y: 0, width, height };
  const shorter = Math.min(width, height);
  const side = Math.max(1, Math.round((shorter * spec.size) / (spec.resize ?? spec.size)));
  return { x: centred(width, side), y: centred(height, side), width: side, height: side };
}

/**
 * That part at a resolution to draw overlays on: as in the original, but with a longer side from `least` to `most`
 * pixels. A network may work on 48 pixels; people would rather look at more.
 */
export function pictureToDrawOn(picture: Picture, spec: Preprocess, least = 224, most = 640): Picture {
  const region = crop(toRgb(picture), seenRegion(picture, spec));
  const longer = Math.max(region.width, region.height);
  const factor = Math.min(Math.max(longer, least), most) / longer;
  return scaled(region, scaledSide(region.width, factor), scaledSide(region.height, factor), 'area');
}

/** The picture at the network's size, as its preprocessing fits it in. */
export function fitted(picture: Picture, spec: Pick<Preprocess, 'size' | 'fit' | 'method' | 'resize'>): Picture {
  const { size, fit, method } = spec;
  if (fit === 'stretch') return scaled(picture, size, size, method);
  const [shorter, longer] = [picture.width, picture.height].sort((a, b) => a - b);
  check(
    longer <= MAX_PROPORTION * shorter,
    () =>
      `preprocess: expected a picture at most ${MAX_PROPORTION} times as long as wide, got ${picture.width}x${picture.height}; ` +
      'cut a part out of it, or use a preprocessing with fit "stretch"',
  );
  const side = fit === 'crop' ? (spec.resize ?? size) : size;
  const other = Math.max(side, Math.trunc((side * longer) / shorter));
  const [width, height] = picture.width <= picture.height ? [side, other] : [other, side];
  const whole = scaled(picture, width, height, method);
  if (fit === 'keep') return whole;
  return crop(whole, { x: centred(width, size), y: centred(height, size), width: size, height: size });
}

/** Area shrinks; what grows along an axis is interpolated, since cv2's INTER_AREA would give hard pixels. */
function scaled(picture: Picture, width: number, height: number, method: Preprocess['method']): Picture {
  const shrinks = width <= picture.width && height <= picture.height;
  return resize(picture, width, height, { method: shrinks ? method : 'linear' });
}

const scaledSide = (side: number, factor: number): number => Math.max(1, Math.round(side * factor));
const centred = (outer: number, inner: number): number => Math.floor((outer - inner) / 2);

function crop(picture: Picture, { x, y, width, height }: Region): Picture {
  if (width === picture.width && height === picture.height) return picture;
  const { channels } = picture;
  const out = createPicture(width, height, channels);
  for (let row = 0; row < height; row++) {
    const start = ((y + row) * picture.width + x) * channels;
    out.data.set(picture.data.subarray(start, start + width * channels), row * width * channels);
  }
  return out;
}
