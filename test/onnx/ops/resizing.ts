/** ONNX's Resize and Upsample: of their many variants, those that interpolate offers too. */
import { interpolate } from '../../../src/index.js';
import type { NodeCall, NodeOp } from '../node-call.js';
import { Unsupported } from '../value.js';
import { two } from './windows.js';

interface Axis {
  readonly size: number;
  readonly target: number;
  readonly scale: number;
}

/** Where new pixel o lies in the old picture, by ONNX's formulas for coordinate_transformation_mode. */
const sources: Readonly<Record<string, (o: number, axis: Axis) => number>> = {
  half_pixel: (o, { scale }) => (o + 0.5) / scale - 0.5,
  pytorch_half_pixel: (o, { scale, target }) => (target > 1 ? (o + 0.5) / scale - 0.5 : 0),
  asymmetric: (o, { scale }) => o / scale,
  align_corners: (o, { size, target }) => (target > 1 ? (o * (size - 1)) / (target - 1) : 0),
  tf_half_pixel_for_nn: (o, { scale }) => (o + 0.5) / scale,
};

const roundings: Readonly<Record<string, (x: number) => number>> = {
  round_prefer_floor: (x) => Math.ceil(x - 0.5),
  round_prefer_ceil: (x) => Math.floor(x + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
};

/** Ours. */
const nearestPixel = {
  nearest: (o: number, { scale }: Axis) => Math.floor(o / scale),
  'nearest-exact': (o: number, { scale }: Axis) => Math.floor((o + 0.5) / scale),
} as const;

/** The mode of ours that picks the same pixels. */
function nearestMode(axes: readonly Axis[], transform: string, rounding: string): 'nearest' | 'nearest-exact' {
  const source = sources[transform];
  const round = roundings[rounding];
  const inside = (place: number, axis: Axis) => Math.min(Math.max(place, 0), axis.size - 1);
  for (const mode of ['nearest', 'nearest-exact'] as const) {
    const same = axes.every((axis) =>
      Array.from({ length: axis.target }, (_, o) => o).every(
        (o) => inside(round(source(o, axis)), axis) === inside(nearestPixel[mode](o, axis), axis),
      ),
    );
    if (same) return mode;
  }
  throw new Unsupported(`Resize to the nearest by ${transform} and ${rounding}`);
}

const resize: NodeOp = (call) => {
  const x = call.tensor(0);
  const [scales, sizes] = call.opset >= 11 ? [call.numbers(2), call.numbers(3)] : [call.numbers(1), undefined];
  const axes = x.shape.map((size, i): Axis => {
    const target = sizes?.[i] ?? Math.floor(size * (scales?.[i] ?? 1));
    return { size, target, scale: sizes ? target / size : (scales?.[i] ?? 1) };
  });
  if (x.ndim !== 4 || axes[0].scale !== 1 || axes[1].scale !== 1)
    throw new Unsupported('Resize of other than pictures');
  const spatial = axes.slice(2);
  const transform = call.text('coordinate_transformation_mode', call.opset >= 11 ? 'half_pixel' : 'asymmetric');
  const to = sizes?.length ? { size: sizes.slice(2) } : { scaleFactor: spatial.map(({ scale }) => scale) };
  const kind = call.text('mode', 'nearest');
  if (!(transform in sources)) throw new Unsupported(`Resize by ${transform}`);
  if (kind === 'nearest') {
    const rounding = call.text('nearest_mode', call.opset >= 11 ? 'round_prefer_floor' : 'floor');
    return interpolate(x, { ...to, mode: nearestMode(spatial, transform, rounding) });
  }
  checkWeights(call, spatial, transform);
  const alignCorners = transform === 'align_corners';
  return interpolate(x, { ...to, mode: kind === 'cubic' ? 'bicubic' : 'bilinear', alignCorners });
};

/** Linear and cubic weights are PyTorch's. */
function checkWeights(call: NodeCall, axes: readonly Axis[], transform: string): void {
  const toOne = axes.some(({ target }) => target === 1);
  if (transform === 'asymmetric' || (transform === 'pytorch_half_pixel' && toOne)) {
    throw new Unsupported(`Resize by ${transform}${toOne ? ' to one pixel' : ''}`);
  }
  const a = call.float('cubic_coeff_a', -0.75);
  if (a !== -0.75 || call.flag('exclude_outside')) {
    throw new Unsupported(`Resize with cubic_coeff_a ${a} or exclude_outside`);
  }
}

export const resizing: Readonly<Record<string, NodeOp>> = {
  Resize: resize,
  Upsample: (call) => {
    if (call.text('mode', 'nearest') !== 'nearest') throw new Unsupported('Upsample other than to the nearest');
    const scales = call.opset >= 9 ? call.numbers(1) : call.floats('scales');
    return interpolate(call.tensor(0), { scaleFactor: two((scales ?? []).slice(2)), mode: 'nearest' });
  },
};
