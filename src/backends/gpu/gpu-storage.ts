/**
 * The numbers of a tensor on a device, in one or several forms.
 *
 * - host:   not on the device yet: what the user wrote, until a kernel asks for it.
 * - flat:   row-major, four neighbours a texel; the last texel may be partly unused.
 * - packed: images [N,C,H,W], four channels a texel: row n*H + y, column x*C4 + c4, with C4 = ceil(C / 4). Unused channels are 0.
 * - rows:   a matrix whose rows are padded with zeros to whole texels.
 * - others that kernels make for themselves, such as the weights of a convolution.
 *
 * A kernel makes its result in the form that suits it, and asks for its inputs in the form it needs; both are kept. A change in
 * place leaves only the new form.
 */
import type { Backend } from '../../tensor/backend.js';
import { Storage } from '../../tensor/storage.js';
import type { Pool2dDims } from '../../tensor/backend.js';
import type { DeviceArray } from './program.js';

/** Sizes of images. */
export interface Images {
  readonly batch: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** Sizes of a matrix. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
}

export type Layout =
  | { readonly kind: 'flat' }
  | ({ readonly kind: 'packed' } & Images)
  | ({ readonly kind: 'rows' } & Matrix)
  | { readonly kind: 'other'; readonly name: string };

export interface Form {
  readonly layout: Layout;
  readonly array: DeviceArray;
}

export const FLAT: Layout = { kind: 'flat' };

/** The same text for the same layout. */
export function layoutKey(layout: Layout): string {
  switch (layout.kind) {
    case 'flat':
      return 'flat';
    case 'packed':
      return `packed ${layout.batch},${layout.channels},${layout.height},${layout.width}`;
    case 'rows':
      return `rows ${layout.rows},${layout.columns}`;
    case 'other':
      return layout.name;
  }
}

export class GpuStorage extends Storage {
  readonly forms = new Map<string, Form>();
  /** Values that are not on the device. */
  host: Float32Array | null = null;
  /** For places that max pooling found: of which windows. */
  windows: Pool2dDims | null = null;
  readonly #giveBack: (storage: GpuStorage) => void;

  constructor(backend: Backend, length: number, giveBack: (storage: GpuStorage) => void) {
    super(backend, length);
    this.#giveBack = giveBack;
  }

  /** A form of that kind, if there is one. */
  packed(): (Form & { readonly layout: { readonly kind: 'packed' } & Images }) | null {
    for (const form of this.forms.values()) {
      if (form.layout.kind === 'packed') return { array: form.array, layout: form.layout };
    }
    return null;
  }

  protected override free(): void {
    this.#giveBack(this);
  }
}
