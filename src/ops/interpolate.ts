/** Resizes feature maps. All modes are banded maps along the rows and the columns; resample.ts has their weights. */
import { ArgumentError, check } from '../errors.js';
import { formatShape } from '../tensor/shape.js';
import { checkTensor, type Tensor } from '../tensor/tensor.js';
import { applyBand } from './band.js';
import { resampleBand, type ResampleMode } from './resample.js';

export interface InterpolateOptions {
  /** The new height and width: one number for both, or [height, width]; for a row, its length. */
  readonly size?: number | readonly number[];
  /** Or a factor, instead of `size`, or one for each dimension; sizes are rounded down. */
  readonly scaleFactor?: number | readonly number[];
  /** Default: 'nearest', as in PyTorch. 'linear' is for [N,C,L], 'bilinear' and 'bicubic' are for [N,C,H,W]. */
  readonly mode?: 'nearest' | 'nearest-exact' | 'linear' | 'bilinear' | 'bicubic' | 'area';
  /** Linear and cubic modes: whether the corner pixels' centres keep their places. Default: false. */
  readonly alignCorners?: boolean;
  /** 'bilinear' and 'bicubic': weigh all the pixels that a new one covers, when shrinking. Default: false. */
  readonly antialias?: boolean;
}

const modes: Readonly<Record<string, ResampleMode>> = {
  nearest: 'nearest',
  'nearest-exact': 'nearest-exact',
  linear: 'linear',
  bilinear: 'linear',
  bicubic: 'cubic',
  area: 'area',
} satisfies Record<NonNullable<InterpolateOptions['mode']>, ResampleMode>;

/** x [N,C,H,W] -> [N,C,oH,oW], or x [N,C,L] -> [N,C,oL] */
export function interpolate(x: Tensor, options: InterpolateOptions = {}): Tensor {
  checkTensor('interpolate', x);
  check(
    (x.ndim === 4 || x.ndim === 3) && x.shape.slice(2).every((size) => size > 0),
    () => `interpolate: expected an input of shape [N,C,H,W] or [N,C,L] that is not empty, got ${formatShape(x.shape)}`,
  );
  const { size, scaleFactor, alignCorners = false, antialias = false } = options;
  const mode = checkMode(x, options);
  check(
    (size === undefined) !== (scaleFactor === undefined),
    () => 'interpolate: expected either size or scaleFactor, got ' + (size === undefined ? 'neither' : 'both'),
  );
  const sizes = x.shape.slice(2);
  const factors = scaleFactor === undefined ? null : perAxis('scaleFactor', scaleFactor, sizes.length);
  const targets = factors
    ? factors.map((factor, i) => Math.floor(sizes[i] * factor))
    : perAxis('size', size ?? [], sizes.length);
  check(
    targets.every((n) => Number.isInteger(n) && n >= 1),
    () => `interpolate: expected new sizes that are whole numbers of at least 1, got ${formatShape(targets)}`,
  );
  return targets.reduceRight((out, target, i) => {
    // for images, these two cases do not depend on the factor
    const plain = x.ndim === 4 && mode === 'nearest' && (target === sizes[i] || target === 2 * sizes[i]);
    const step = factors && !plain ? 1 / factors[i] : null;
    return applyBand(
      'Interpolate',
      out,
      resampleBand(sizes[i], target, { mode, alignCorners, antialias, step }),
      2 + i,
    );
  }, x);
}

function checkMode(x: Tensor, { mode = 'nearest', alignCorners, antialias }: InterpolateOptions): ResampleMode {
  const known = Object.keys(modes);
  if (!Object.hasOwn(modes, mode)) {
    throw new ArgumentError(`interpolate: expected mode to be one of ${known.join(', ')}, got ${JSON.stringify(mode)}`);
  }
  const needed = mode === 'linear' ? 3 : mode.startsWith('bi') ? 4 : x.ndim;
  check(
    x.ndim === needed,
    () =>
      `interpolate: expected an input of ${needed} dimensions with mode '${mode}', got ${formatShape(x.shape)}; ` +
      `the mode for it is ${needed === 3 ? "'bilinear'" : "'linear'"}`,
  );
  if (alignCorners && !mode.includes('linear') && mode !== 'bicubic') {
    throw new ArgumentError(`interpolate: expected a linear or cubic mode with alignCorners, got '${mode}'`);
  }
  if (antialias && !mode.startsWith('bi')) {
    throw new ArgumentError(`interpolate: expected mode 'bilinear' or 'bicubic' with antialias, got '${mode}'`);
  }
  return modes[mode];
}

/** One number for each of the axes. */
function perAxis(what: string, value: number | readonly number[], axes: number): readonly number[] {
  const list = typeof value === 'number' ? new Array<number>(axes).fill(value) : value;
  check(
    list.length === axes,
    () => `interpolate: expected ${what} to be a number or ${axes} of them, got ${formatShape(list)}`,
  );
  return list;
}
