/** Tensors made small enough to look at. */
import { createPicture, resize, type Picture, type Preprocess } from 'backlight';
import type { NodeInfo, Passed, TensorNote } from './backward-protocol.js';

/** The longer side of a small picture. */
const SIDE = 72;
const MOST_CHANNELS = 12;

export function noteOf(values: Float32Array, shape: readonly number[]): TensorNote {
  let [min, max, alive] = [Infinity, -Infinity, 0];
  for (const value of values) {
    min = Math.min(min, value);
    max = Math.max(max, value);
    if (value !== 0) alive++;
  }
  return { shape, min, max, alive: alive / values.length };
}

/** Whether a tensor is [1,K,h,w] with more than one place. */
const isMap = (shape: readonly number[]): boolean => shape.length === 4 && shape[2] * shape[3] > 1;

/** [1,K,h,w] as K maps of h x w; a vector [1,K] as one map of one row. */
function layout(shape: readonly number[]) {
  if (isMap(shape)) return { channels: shape[1], height: shape[2], width: shape[3] };
  return { channels: 1, height: 1, width: shape.reduce((a, b) => a * b, 1) };
}

function shrunk(data: Float32Array, width: number, height: number): Picture {
  const picture = createPicture(width, height, 1, data);
  const factor = SIDE / Math.max(width, height);
  if (factor >= 1) return picture;
  const side = (length: number) => Math.max(1, Math.round(length * factor));
  return resize(picture, side(width), side(height), { method: 'area' });
}

/** The sum over the channels, place by place. */
export function sumOfChannels(values: Float32Array, shape: readonly number[]): Picture {
  const { channels, height, width } = layout(shape);
  const sums = new Float32Array(height * width);
  for (let k = 0; k < channels; k++) {
    for (let i = 0; i < sums.length; i++) sums[i] += values[k * sums.length + i];
  }
  return shrunk(sums, width, height);
}

export function showActivation(values: Float32Array, shape: readonly number[]): Pick<NodeInfo, 'picture' | 'channels'> {
  const { channels, height, width } = layout(shape);
  const picture = sumOfChannels(values, shape);
  if (!isMap(shape)) return { picture, channels: [] };
  const plane = height * width;
  const strength = (k: number) => {
    let total = 0;
    for (let i = 0; i < plane; i++) total += Math.abs(values[k * plane + i]);
    return total;
  };
  const strengths = Array.from({ length: channels }, (_, k) => strength(k));
  const best = strengths
    .map((_, k) => k)
    .sort((a, b) => strengths[b] - strengths[a])
    .slice(0, MOST_CHANNELS);
  return {
    picture,
    channels: best.map((index) => ({
      index,
      picture: shrunk(values.slice(index * plane, (index + 1) * plane), width, height),
    })),
  };
}

/** The three rules side by side: dx = dy where x > 0; max(dy, 0); both. */
export function gradientAtRelu(arrived: Float32Array, output: Float32Array, shape: readonly number[]): Passed[] {
  const rules: Record<Passed['rule'], (dy: number, y: number) => number> = {
    plain: (dy, y) => (y > 0 ? dy : 0),
    deconvnet: (dy) => Math.max(dy, 0),
    guided: (dy, y) => (y > 0 ? Math.max(dy, 0) : 0),
  };
  return (['plain', 'deconvnet', 'guided'] as const).map((rule) => {
    const values = arrived.map((dy, i) => rules[rule](dy, output[i]));
    return { rule, picture: sumOfChannels(values, shape), alive: noteOf(values, shape).alive };
  });
}

/** The network's input as a picture again. */
export function presentInput(values: Float32Array, shape: readonly number[], spec: Preprocess): Picture {
  const [, , height, width] = shape;
  const plane = height * width;
  const data = new Float32Array(3 * plane);
  for (let c = 0; c < 3; c++) {
    const to = spec.order === 'BGR' ? 2 - c : c;
    for (let i = 0; i < plane; i++) {
      data[3 * i + to] = (values[c * plane + i] * spec.std[c] + spec.mean[c]) / spec.range;
    }
  }
  return createPicture(width, height, 3, data);
}
