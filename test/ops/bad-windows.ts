/** Bad calls of convolutions, pooling, padding and interpolation, each with what it must say. */
import { adaptiveMaxPool2d } from '../../src/ops/adaptive-max-pool2d.js';
import { adaptiveAvgPool2d, avgPool2d } from '../../src/ops/avg-pool2d.js';
import { convTranspose2d } from '../../src/ops/conv-transpose2d.js';
import { conv1d, conv2d } from '../../src/ops/conv2d.js';
import { interpolate } from '../../src/ops/interpolate.js';
import { maxPool2d, maxPool2dWithIndices } from '../../src/ops/max-pool2d.js';
import { pad } from '../../src/ops/pad.js';
import { adaptiveAvgPool1d, adaptiveMaxPool1d, avgPool1d, maxPool1d } from '../../src/ops/pool1d.js';
import { bad, z, type BadCall } from './bad-calls.js';

export const badWindows: readonly BadCall[] = [
  bad(
    'conv2d',
    'rank',
    () => conv2d(z(8, 8), z(1, 1, 3, 3)),
    'conv2d: expected an input of shape [N,C,H,W] or [C,H,W], got input [8,8]',
  ),
  bad(
    'conv2d',
    'rank',
    () => conv2d(z(1, 3, 8, 8), z(4, 3, 3)),
    'conv2d: expected a weight of shape [out,in/groups,kH,kW], got [4,3,3]',
  ),
  bad(
    'conv2d',
    'size',
    () => conv2d(z(1, 4, 224, 224), z(64, 3, 3, 3)),
    'conv2d: expected 3 input channels (weight [64,3,3,3]), got input [1,4,224,224]',
  ),
  bad(
    'conv2d',
    'size',
    () => conv2d(z(1, 3, 8, 8), z(4, 3, 3, 3), z(3)),
    'conv2d: expected a bias of shape [4], got [3]',
  ),
  bad(
    'conv2d',
    'size',
    () => conv2d(z(1, 3, 2, 2), z(4, 3, 3, 3)),
    "conv2d: expected an input of at least the kernel's size (3x3, padding 0,0, dilation 1,1), got input [1,3,2,2]",
  ),
  bad(
    'conv2d',
    'argument',
    () => conv2d(z(1, 4, 8, 8), z(3, 2, 3, 3), null, { groups: 2 }),
    'conv2d: expected groups to divide the 3 output channels, got groups 2',
  ),
  bad(
    'conv2d',
    'argument',
    () => conv2d(z(1, 3, 8, 8), z(4, 3, 3, 3), null, { stride: 0 }),
    'conv2d: stride: expected a whole number of at least 1, or two of them, got 0',
  ),
  bad(
    'conv2d',
    'argument',
    () => conv2d(z(1, 3, 8, 8), z(4, 3, 3, 3), null, { padding: 0.5 }),
    'conv2d: padding: expected a whole number of at least 0, or two of them, got 0.5',
  ),
  bad(
    'conv2d',
    'argument',
    () => conv2d(z(1, 3, 8, 8), z(4, 3, 3, 3), null, { padding: 'same', stride: 2 }),
    "conv2d: expected a stride of 1 with padding 'same', got 2,2",
  ),
  bad(
    'conv1d',
    'rank',
    () => conv1d(z(8), z(1, 1, 3)),
    'conv1d: expected an input of shape [N,C,L] or [C,L], got input [8]',
  ),
  bad(
    'conv1d',
    'size',
    () => conv1d(z(1, 4, 8), z(2, 3, 3)),
    'conv1d: expected 3 input channels (weight [2,3,3]), got input [1,4,8]',
  ),
  bad(
    'convTranspose2d',
    'rank',
    () => convTranspose2d(z(8, 8), z(1, 1, 3, 3)),
    'convTranspose2d: expected an input of shape [N,C,H,W] or [C,H,W], got input [8,8]',
  ),
  bad(
    'convTranspose2d',
    'size',
    () => convTranspose2d(z(1, 4, 8, 8), z(3, 2, 3, 3)),
    'convTranspose2d: expected 3 input channels (weight [3,2,3,3]), got input [1,4,8,8]',
  ),
  bad(
    'convTranspose2d',
    'size',
    () => convTranspose2d(z(1, 3, 8, 8), z(3, 2, 3, 3), z(3)),
    'convTranspose2d: expected a bias of shape [2], got [3]',
  ),
  bad(
    'convTranspose2d',
    'argument',
    () => convTranspose2d(z(1, 3, 8, 8), z(3, 2, 3, 3), null, { outputPadding: 1 }),
    'convTranspose2d: expected an outputPadding less than the stride (1,1) or the dilation (1,1), got 1,1',
  ),
  bad(
    'maxPool2d',
    'rank',
    () => maxPool2d(z(8, 8), 2),
    'maxPool2d: expected an input of shape [N,C,H,W] or [C,H,W], got [8,8]',
  ),
  bad(
    'maxPool2d',
    'size',
    () => maxPool2d(z(1, 1, 2, 2), 3),
    "maxPool2d: expected an input of at least the kernel's size 3x3, got [1,1,2,2]",
  ),
  bad(
    'maxPool2d',
    'argument',
    () => maxPool2d(z(1, 1, 8, 8), 2, { padding: 2 }),
    'maxPool2d: expected a padding of at most half the kernel 2x2, got 2,2',
  ),
  bad(
    'maxPool2dWithIndices',
    'rank',
    () => maxPool2dWithIndices(z(8, 8), 2),
    'maxPool2dWithIndices: expected an input of shape [N,C,H,W] or [C,H,W], got [8,8]',
  ),
  bad(
    'maxPool2dWithIndices',
    'size',
    () => maxPool2dWithIndices(z(1, 1, 2, 2), 3),
    "maxPool2dWithIndices: expected an input of at least the kernel's size 3x3, got [1,1,2,2]",
  ),
  bad('maxPool1d', 'rank', () => maxPool1d(z(8), 2), 'maxPool1d: expected an input of shape [N,C,L] or [C,L], got [8]'),
  bad(
    'maxPool1d',
    'size',
    () => maxPool1d(z(1, 1, 2), 3),
    "maxPool1d: expected an input of at least the kernel's size 3, got [1,1,2]",
  ),
  bad(
    'avgPool2d',
    'rank',
    () => avgPool2d(z(8, 8), 2),
    'avgPool2d: expected an input of shape [N,C,H,W] or [C,H,W] that is not empty, got [8,8]',
  ),
  bad(
    'avgPool2d',
    'size',
    () => avgPool2d(z(1, 1, 2, 2), 3),
    "avgPool2d: expected an input of at least the kernel's size 3x3, got [1,1,2,2]",
  ),
  bad(
    'avgPool2d',
    'argument',
    () => avgPool2d(z(1, 1, 8, 8), 2, { padding: 2 }),
    'avgPool2d: expected a padding of at most half the kernel 2x2, got 2,2',
  ),
  bad('avgPool1d', 'rank', () => avgPool1d(z(8), 2), 'avgPool1d: expected an input of shape [N,C,L] or [C,L], got [8]'),
  bad(
    'avgPool1d',
    'size',
    () => avgPool1d(z(1, 1, 2), 3),
    "avgPool1d: expected an input of at least the kernel's size 3, got [1,1,2]",
  ),
  bad(
    'adaptiveAvgPool2d',
    'rank',
    () => adaptiveAvgPool2d(z(8, 8), 2),
    'adaptiveAvgPool2d: expected an input of shape [N,C,H,W] or [C,H,W] that is not empty, got [8,8]',
  ),
  bad(
    'adaptiveAvgPool2d',
    'size',
    () => adaptiveAvgPool2d(z(1, 1, 0, 8), 2),
    'adaptiveAvgPool2d: expected an input of shape [N,C,H,W] or [C,H,W] that is not empty, got [1,1,0,8]',
  ),
  bad(
    'adaptiveAvgPool2d',
    'argument',
    () => adaptiveAvgPool2d(z(1, 1, 8, 8), -2),
    'adaptiveAvgPool2d: outputSize: expected a whole number of at least 0, or two of them, got [-2,-2]',
  ),
  bad(
    'adaptiveMaxPool2d',
    'rank',
    () => adaptiveMaxPool2d(z(8, 8), 2),
    'adaptiveMaxPool2d: expected an input of shape [N,C,H,W] or [C,H,W] that is not empty, got [8,8]',
  ),
  bad(
    'adaptiveMaxPool2d',
    'size',
    () => adaptiveMaxPool2d(z(1, 1, 0, 8), 2),
    'adaptiveMaxPool2d: expected an input of shape [N,C,H,W] or [C,H,W] that is not empty, got [1,1,0,8]',
  ),
  bad(
    'adaptiveMaxPool2d',
    'argument',
    () => adaptiveMaxPool2d(z(1, 1, 8, 8), 1.5),
    'adaptiveMaxPool2d: outputSize: expected a whole number of at least 0, or two of them, got [1.5,1.5]',
  ),
  bad(
    'adaptiveAvgPool1d',
    'rank',
    () => adaptiveAvgPool1d(z(8), 2),
    'adaptiveAvgPool1d: expected an input of shape [N,C,L] or [C,L], got [8]',
  ),
  bad(
    'adaptiveAvgPool1d',
    'size',
    () => adaptiveAvgPool1d(z(1, 1, 0), 2),
    'adaptiveAvgPool1d: expected an input of shape [N,C,L] or [C,L] that is not empty, got [1,1,0]',
  ),
  bad(
    'adaptiveMaxPool1d',
    'rank',
    () => adaptiveMaxPool1d(z(8), 2),
    'adaptiveMaxPool1d: expected an input of shape [N,C,L] or [C,L], got [8]',
  ),
  bad(
    'adaptiveMaxPool1d',
    'size',
    () => adaptiveMaxPool1d(z(1, 1, 0), 2),
    'adaptiveMaxPool1d: expected an input of shape [N,C,L] or [C,L] that is not empty, got [1,1,0]',
  ),
  bad(
    'interpolate',
    'rank',
    () => interpolate(z(8, 8), { size: 4 }),
    'interpolate: expected an input of shape [N,C,H,W] or [N,C,L] that is not empty, got [8,8]',
  ),
  bad(
    'interpolate',
    'size',
    () => interpolate(z(1, 1, 0, 8), { size: 4 }),
    'interpolate: expected an input of shape [N,C,H,W] or [N,C,L] that is not empty, got [1,1,0,8]',
  ),
  bad(
    'interpolate',
    'argument',
    () => interpolate(z(1, 1, 8, 8), {}),
    'interpolate: expected either size or scaleFactor, got neither',
  ),
  bad(
    'interpolate',
    'argument',
    () => interpolate(z(1, 1, 8, 8), { size: 0 }),
    'interpolate: expected new sizes that are whole numbers of at least 1, got [0,0]',
  ),
  bad(
    'pad',
    'rank',
    () => pad(z(3), [1, 1, 1, 1]),
    'pad: expected up to 1 pairs of whole numbers for shape [3], got [1,1,1,1]',
  ),
  bad('pad', 'argument', () => pad(z(3), [1]), 'pad: expected up to 1 pairs of whole numbers for shape [3], got [1]'),
  bad(
    'pad',
    'size',
    () => pad(z(3), [-4, 0]),
    'pad: expected amounts that crop at most what is there, got [-4,0] for shape [3]',
  ),
  bad(
    'pad',
    'size',
    () => pad(z(1, 3), [3, 0], { mode: 'reflect' }),
    "pad: expected at most 2 entries on each side of dimension 1 of [1,3] with mode 'reflect' and no more cropped than there is, got 3,0",
  ),
  bad(
    'maxPool1d',
    'argument',
    () => maxPool1d(z(1, 1, 8), 2.5),
    'maxPool1d: kernelSize: expected a whole number of at least 1, got 2.5',
  ),
  bad(
    'avgPool1d',
    'argument',
    () => avgPool1d(z(1, 1, 8), 2, { padding: 2 }),
    'avgPool1d: expected a padding of at most half the kernel 2, got 2',
  ),
  bad(
    'adaptiveAvgPool1d',
    'argument',
    () => adaptiveAvgPool1d(z(1, 1, 8), -1),
    'adaptiveAvgPool1d: outputSize: expected a whole number of at least 0, got -1',
  ),
];
