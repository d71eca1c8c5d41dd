/** Padding modes, interpolation modes, and pooling's further arguments. Values from PyTorch 2.13. */
import t from 'tap';
import { adaptiveMaxPool2d } from '../../src/ops/adaptive-max-pool2d.js';
import { avgPool2d } from '../../src/ops/avg-pool2d.js';
import { tensor, zeros } from '../../src/ops/creation.js';
import { interpolate, type InterpolateOptions } from '../../src/ops/interpolate.js';
import { maxPool2d, maxPool2dWithIndices } from '../../src/ops/max-pool2d.js';
import { pad, type PadOptions } from '../../src/ops/pad.js';
import type { PadMode } from '../../src/ops/pad-modes.js';
import { adaptiveAvgPool1d, adaptiveMaxPool1d, avgPool1d, maxPool1d } from '../../src/ops/pool1d.js';
import { reshape } from '../../src/ops/reshape.js';
import { gradientsOfSum, leaf, near, onEveryBackend } from './values.js';

const count = (n: number) => tensor(Array.from({ length: n }, (_, i) => i + 1));

onEveryBackend(t, 'pad with the own values, negative amounts too', (t) => {
  const cases: [PadMode, [number, number], number[]][] = [
    ['reflect', [2, 1], [3, 2, 1, 2, 3, 4, 5, 4]],
    ['reflect', [4, 4], [5, 4, 3, 2, 1, 2, 3, 4, 5, 4, 3, 2, 1]],
    ['reflect', [-1, 2], [2, 3, 4, 5, 4, 3]],
    ['reflect', [-4, 3], [5, 4, 3, 2]],
    ['replicate', [2, 1], [1, 1, 1, 2, 3, 4, 5, 5]],
    ['replicate', [-2, 6], [3, 4, 5, 5, 5, 5, 5, 5, 5]],
    ['circular', [2, 1], [4, 5, 1, 2, 3, 4, 5, 1]],
    ['circular', [5, 5], [1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2, 3, 4, 5]],
    ['circular', [-1, 2], [2, 3, 4, 5, 2, 3]],
    ['circular', [2, -1], [3, 4, 1, 2, 3, 4]],
    ['circular', [-1, -1], [2, 3, 4]],
  ];
  for (const [mode, amounts, expected] of cases) {
    near(t, pad(reshape(count(5), [1, 5]), amounts, { mode }).tolist(), [expected], `${mode} ${amounts.join(',')}`);
  }
  const x = leaf([[1, 2, 3]]);
  near(t, gradientsOfSum(pad(x, [2, 1], { mode: 'reflect' }), x), [[[1, 3, 2]]], 'gradient');
  near(
    t,
    pad(count(2), [1, 0, 0, 0].slice(0, 2), { mode: 'constant', value: Infinity }).tolist(),
    [Infinity, 1, 2],
    'a constant by name',
  );
  near(
    t,
    pad(tensor([[NaN, 1, Infinity]]), [1, 1], { mode: 'circular' }).tolist(),
    [[Infinity, NaN, 1, Infinity, NaN]],
    'values are moved as they are',
  );
});

onEveryBackend(t, 'interpolate: the modes', (t) => {
  const row = reshape(count(5), [1, 1, 1, 5]);
  const squares = tensor([[[[1, 4, 9, 16, 25]]]]);
  const cases: [InterpolateOptions['mode'], typeof row, number, Partial<InterpolateOptions>, number[]][] = [
    ['nearest', row, 3, {}, [1, 2, 4]],
    ['nearest-exact', row, 3, {}, [1, 3, 5]],
    ['area', row, 3, {}, [1.5, 3, 4.5]],
    ['bilinear', row, 8, {}, [1, 1.4375, 2.0625, 2.6875, 3.3125, 3.9375, 4.5625, 5]],
    ['bilinear', squares, 3, { antialias: true }, [2.2857143, 9.4444444, 21.1428571]],
    ['bicubic', row, 8, {}, [0.9071655, 1.3490601, 2.0881348, 2.6472168, 3.3527832, 3.9118652, 4.6509399, 5.0928345]],
    ['bicubic', squares, 3, { antialias: true }, [1.8769231, 9.1953488, 21.6307692]],
    ['bicubic', squares, 3, { alignCorners: true }, [1, 9, 25]],
  ];
  for (const [mode, x, width, options, expected] of cases) {
    const out = interpolate(x, { size: [1, width], mode, ...options });
    near(t, out.tolist(), [[[expected]]], `${mode} ${JSON.stringify(options)}`);
  }
  near(
    t,
    interpolate(reshape(row, [1, 1, 5]), { size: 8, mode: 'linear' }).tolist(),
    [[[1, 1.4375, 2.0625, 2.6875, 3.3125, 3.9375, 4.5625, 5]]],
    'linear, a row',
  );
  const scaled = interpolate(row, { scaleFactor: [2, 1.5], mode: 'nearest' });
  near(t, scaled.tolist(), [[[[1, 1, 2, 3, 3, 4, 5], [1, 1, 2, 3, 3, 4, 5]]]], 'a factor for each dimension'); // prettier-ignore
});

onEveryBackend(t, 'pooling: places, divisors, parts, rows', (t) => {
  const x = tensor([
    [
      [1, 5, 2, 3],
      [4, 0, 6, 1],
    ],
  ]);
  const { values, indices } = maxPool2dWithIndices(x, 2, { stride: 1 });
  near(t, values.tolist(), [[[5, 6, 6]]], 'values');
  near(t, indices.tolist(), [[[1, 6, 6]]], 'places in the plane');
  near(
    t,
    avgPool2d(tensor([[[1, 2], [3, 4]]]), 2, { stride: 1, padding: 1, divisorOverride: 3 }).tolist(), // prettier-ignore
    [
      [
        [1 / 3, 1, 2 / 3],
        [4 / 3, 10 / 3, 2],
        [1, 7 / 3, 4 / 3],
      ],
    ],
    'divisorOverride',
  );
  const odd = tensor([
    [
      [1, 5, 2, NaN, 3],
      [4, 0, 6, 1, 1],
    ],
  ]);
  near(t, adaptiveMaxPool2d(odd, [1, 3]).tolist(), [[[5, NaN, NaN]]], 'overlapping parts, NaN');
  near(t, adaptiveMaxPool2d(x, [null, 2]).tolist(), [[[5, 3], [4, 6]]], 'a size that is kept'); // prettier-ignore
  const tied = leaf([[[2, 2, 2]]]);
  near(t, gradientsOfSum(adaptiveMaxPool2d(tied, [1, 2]), tied), [[[[1, 1, 0]]]], 'of equal values the first');
  const row = reshape(count(5), [1, 1, 5]);
  near(t, maxPool1d(row, 2).tolist(), [[[2, 4]]], 'maxPool1d');
  near(t, avgPool1d(row, 3, { stride: 2, padding: 1 }).tolist(), [[[1, 3, 3]]], 'avgPool1d');
  near(t, avgPool1d(row, 9, { ceilMode: true }).tolist(), [[[3]]], 'a window larger than the row, with ceilMode');
  near(t, maxPool1d(row, 3, { dilation: 3, ceilMode: true }).tolist(), [[[4]]], 'or a dilated one');
  near(t, adaptiveAvgPool1d(row, 2).tolist(), [[[2, 4]]], 'adaptiveAvgPool1d');
  near(t, adaptiveMaxPool1d(reshape(row, [1, 5]), 2).tolist(), [[3, 5]], 'adaptiveMaxPool1d, no batch');
});

t.test('errors', async (t) => {
  const fails = (run: () => unknown, message: string, name = 'ShapeError') => t.throws(run, { name, message }, message);
  const x = zeros([1, 2, 4, 4]);
  fails(
    () => pad(x, [4, 0], { mode: 'reflect' }),
    "pad: expected at most 3 entries on each side of dimension 3 of [1,2,4,4] with mode 'reflect' and no more cropped than there is, got 4,0",
  );
  fails(
    () => pad(x, [0, 0, 5, 0], { mode: 'circular' }),
    "pad: expected at most 4 entries on each side of dimension 2 of [1,2,4,4] with mode 'circular' and no more cropped than there is, got 5,0",
  );
  // modes that the types refuse, as plain JavaScript can give them
  const wrong = <T>(mode: string) => ({ mode }) as T;
  fails(
    () => pad(x, [1, 1], wrong<PadOptions>('mirror')),
    'pad: expected mode to be one of constant, reflect, replicate, circular, got "mirror"',
    'ArgumentError',
  );
  fails(
    () => interpolate(x, { size: 2, mode: 'linear' }),
    "interpolate: expected an input of 3 dimensions with mode 'linear', got [1,2,4,4]; the mode for it is 'bilinear'",
  );
  fails(
    () => interpolate(x, { size: [2, 3, 4] }),
    'interpolate: expected size to be a number or 2 of them, got [2,3,4]',
  );
  fails(
    () => interpolate(x, { size: 2, alignCorners: true }),
    "interpolate: expected a linear or cubic mode with alignCorners, got 'nearest'",
    'ArgumentError',
  );
  fails(
    () => interpolate(x, { size: 2, mode: 'area', antialias: true }),
    "interpolate: expected mode 'bilinear' or 'bicubic' with antialias, got 'area'",
    'ArgumentError',
  );
  fails(
    () => interpolate(x, { size: 2, ...wrong<InterpolateOptions>('cubic') }),
    'interpolate: expected mode to be one of nearest, nearest-exact, linear, bilinear, bicubic, area, got "cubic"',
    'ArgumentError',
  );
  fails(
    () => adaptiveMaxPool2d(zeros([4, 4]), 2),
    'adaptiveMaxPool2d: expected an input of shape [N,C,H,W] or [C,H,W] that is not empty, got [4,4]',
  );
  fails(() => maxPool1d(zeros([4]), 2), 'maxPool1d: expected an input of shape [N,C,L] or [C,L], got [4]');
  fails(() => avgPool2d(x, 2, { divisorOverride: 0 }), 'avgPool2d: expected a divisorOverride other than 0, got 0');
  t.same(maxPool2d(x, 2).shape, [1, 2, 2, 2], 'and what is right goes through');
});
