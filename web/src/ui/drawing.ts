/** From numbers to what a canvas shows. */
import { applyColorMap, type ColorMapName } from 'backlight/image/colormaps.js';
import { blendHeat } from 'backlight/image/overlay.js';
import { createPicture, type Picture } from 'backlight/image/picture.js';
import { resize } from 'backlight/image/resize.js';

/** The bytes of a picture, grey or RGB, as ImageData. */
export function toImageData({ width, height, channels, data }: Picture): ImageData {
  const image = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) image.data[4 * i + c] = Math.round(data[channels * i + (channels === 3 ? c : 0)] * 255);
    image.data[4 * i + 3] = 255;
  }
  return image;
}

/** The heat of a mask over a picture. */
export function overlay(view: Picture, mask: Picture, colors: ColorMapName, alpha: number): Picture {
  return blendHeat(view, applyColorMap(mask, colors), alpha);
}

/** Signed values: amber above 0, blue below, dark at 0; the largest has the full colour. */
export function signed({ width, height, data }: Picture): Picture {
  let most = 0;
  for (const value of data) most = Math.max(most, Math.abs(value));
  const out = createPicture(width, height, 3);
  const [amber, blue, dark] = [
    [1, 0.7, 0.22],
    [0.33, 0.62, 1],
    [0.07, 0.065, 0.06],
  ];
  data.forEach((value, i) => {
    const share = most === 0 ? 0 : Math.sqrt(Math.abs(value) / most);
    const color = value > 0 ? amber : blue;
    for (let c = 0; c < 3; c++) out.data[3 * i + c] = dark[c] + share * (color[c] - dark[c]);
  });
  return out;
}

/** One number for each pixel of the view: a mask as it is, of a gradient the sum of its channels' sizes. */
export function strengths(raw: Picture, mask: Picture | null, width: number, height: number): Float32Array {
  if (mask) return mask.data;
  const sums = new Float32Array(raw.width * raw.height);
  for (let i = 0; i < sums.length; i++) {
    for (let c = 0; c < raw.channels; c++) sums[i] += Math.abs(raw.data[raw.channels * i + c]);
  }
  return resize(createPicture(raw.width, raw.height, 1, sums), width, height).data;
}

/** cos(a, b): 1 for maps that differ in strength only, 0 for maps with no place in common. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let [dot, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    dot += a[i] * b[i];
    aa += a[i] * a[i];
    bb += b[i] * b[i];
  }
  return aa === 0 || bb === 0 ? 0 : dot / Math.sqrt(aa * bb);
}
