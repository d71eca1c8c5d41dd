/** Layers that surround pictures: x [N,C,H,W] or [C,H,W] -> [..,top+H+bottom,left+W+right]. Negative amounts crop. */
import { check } from '../../errors.js';
import { pad, type PadOptions } from '../../ops/pad.js';
import type { Tensor } from '../../tensor/tensor.js';
import { Module } from '../module.js';
import { float, numberOrTuple } from '../python-repr.js';

/** The same on all sides, or [left, right, top, bottom]. */
export type Padding2d = number | readonly [left: number, right: number, top: number, bottom: number];

abstract class Pad2d extends Module<[Tensor]> {
  readonly padding: readonly [left: number, right: number, top: number, bottom: number];

  constructor(
    padding: Padding2d,
    private readonly how: PadOptions,
  ) {
    super();
    this.padding = typeof padding === 'number' ? [padding, padding, padding, padding] : padding;
    check(
      this.padding.length === 4 && this.padding.every(Number.isInteger),
      () =>
        `${this.constructor.name}: expected a whole number or [left, right, top, bottom], got ${JSON.stringify(padding)}`,
    );
  }

  override forward(x: Tensor): Tensor {
    return pad(x, this.padding, this.how);
  }

  override extraRepr(): string {
    return numberOrTuple(this.padding);
  }
}

/** Surrounds with a number. */
export class ConstantPad2d extends Pad2d {
  constructor(
    padding: Padding2d,
    readonly value: number,
  ) {
    super(padding, { value });
  }

  override extraRepr(): string {
    return `padding=${super.extraRepr()}, value=${float(this.value)}`;
  }
}

export class ZeroPad2d extends Pad2d {
  constructor(padding: Padding2d) {
    super(padding, { value: 0 });
  }
}

/** Surrounds with the picture mirrored at its outermost pixels, which are not repeated. */
export class ReflectionPad2d extends Pad2d {
  constructor(padding: Padding2d) {
    super(padding, { mode: 'reflect' });
  }
}

/** Surrounds with the outermost pixels, repeated. */
export class ReplicationPad2d extends Pad2d {
  constructor(padding: Padding2d) {
    super(padding, { mode: 'replicate' });
  }
}

/** Surrounds with the opposite side, as if the picture were a tile. */
export class CircularPad2d extends Pad2d {
  constructor(padding: Padding2d) {
    super(padding, { mode: 'circular' });
  }
}
