/** Runs kernels on storages: brings inputs into the form a kernel needs, wraps results, counts what is alive. */
import { BackendError } from '../../errors.js';
import type { Backend } from '../../tensor/backend.js';
import type { Storage } from '../../tensor/storage.js';
import { FLAT, GpuStorage, layoutKey, type Images, type Layout, type Matrix } from './gpu-storage.js';
import { packImages, packRows, unpackImages, unpackRows } from './kernels/packing.js';
import type { Device, DeviceArray, Dialect, Program } from './program.js';

export class GpuMachine {
  readonly device: Device;
  readonly #backend: Backend;
  #storages = 0;
  #hostBytes = 0;

  constructor(device: Device, backend: Backend) {
    this.device = device;
    this.#backend = backend;
  }

  get dialect(): Dialect {
    return this.device.dialect;
  }

  get storages(): number {
    return this.#storages;
  }

  /** Bytes of values that were not needed on the device yet. */
  get hostBytes(): number {
    return this.#hostBytes;
  }

  /** Runs a program. `key` tells programs apart: a name, and all that went into the source. */
  run(
    key: string,
    program: () => Program,
    arrays: readonly DeviceArray[],
    numbers: readonly number[] = [],
  ): DeviceArray {
    return this.device.run(key, program, arrays, numbers);
  }

  /** A storage whose values are in memory. */
  fromHost(values: Float32Array): GpuStorage {
    const storage = this.#make(values.length);
    this.setHost(storage, values);
    return storage;
  }

  /** A storage for a kernel's result. */
  result(length: number, array: DeviceArray, layout: Layout = FLAT): GpuStorage {
    const storage = this.#make(length);
    storage.forms.set(layoutKey(layout), { layout, array });
    return storage;
  }

  /** Replaces all forms by values in memory. */
  setHost(storage: GpuStorage, values: Float32Array): void {
    this.#forget(storage);
    storage.host = values;
    this.#hostBytes += values.byteLength;
  }

  /** Replaces all forms by this one. */
  setFlat(storage: GpuStorage, array: DeviceArray): void {
    this.#forget(storage);
    storage.forms.set('flat', { layout: FLAT, array });
  }

  /** x as a live storage of this backend. */
  storage(x: Storage): GpuStorage {
    if (x.backend !== this.#backend || !(x instanceof GpuStorage)) {
      const which = x.backend.name === 'gpu' ? 'another gpu backend' : x.backend.name;
      throw new BackendError(
        `gpu: expected a tensor of the gpu backend, got one of ${which}; move it with tensor.to('gpu') or make it after ` +
          "await useBackend('gpu')",
      );
    }
    if (x.handles === 0) {
      throw new BackendError('gpu: expected a live tensor, got one whose memory was freed by dispose() or tidy()');
    }
    return x;
  }

  /** The numbers row by row, four a texel. */
  flat(x: Storage): DeviceArray {
    const storage = this.storage(x);
    return this.#form(storage, FLAT, () => {
      const [form] = storage.forms.values();
      if (form?.layout.kind === 'packed') return unpackImages(this, form.array, form.layout);
      if (form?.layout.kind === 'rows') return unpackRows(this, form.array, form.layout);
      return this.#upload(storage);
    });
  }

  /** Images with four channels a texel. */
  packed(x: Storage, { batch, channels, height, width }: Images): DeviceArray {
    const images = { batch, channels, height, width };
    return this.#form(this.storage(x), { kind: 'packed', ...images }, () => packImages(this, this.flat(x), images));
  }

  /** A matrix with whole texels in a row. */
  rows(x: Storage, matrix: Matrix): DeviceArray {
    if (matrix.columns % 4 === 0) return this.flat(x);
    return this.#form(this.storage(x), { kind: 'rows', ...matrix }, () => packRows(this, this.flat(x), matrix));
  }

  /** A form that a family of kernels makes of the flat one and knows by name. */
  other(x: Storage, name: string, make: (flat: DeviceArray) => DeviceArray): DeviceArray {
    return this.#form(this.storage(x), { kind: 'other', name }, () => make(this.flat(x)));
  }

  /** What `make` makes of arrays that are only steps on the way: they are given back, whatever happens. */
  through(steps: readonly DeviceArray[], make: () => DeviceArray): DeviceArray {
    try {
      return make();
    } finally {
      for (const step of steps) this.device.free(step);
    }
  }

  #form(storage: GpuStorage, layout: Layout, make: () => DeviceArray): DeviceArray {
    const key = layoutKey(layout);
    const known = storage.forms.get(key);
    if (known) return known.array;
    const array = make();
    storage.forms.set(key, { layout, array });
    return array;
  }

  #upload(storage: GpuStorage): DeviceArray {
    const values = storage.host ?? new Float32Array(storage.length);
    const array = this.device.upload(values);
    this.#dropHost(storage);
    return array;
  }

  #make(length: number): GpuStorage {
    const storage = new GpuStorage(this.#backend, length, (freed) => {
      this.#storages--;
      this.#forget(freed);
    });
    this.#storages++;
    return storage;
  }

  #forget(storage: GpuStorage): void {
    this.#dropHost(storage);
    storage.windows = null;
    for (const { array } of storage.forms.values()) this.device.free(array);
    storage.forms.clear();
  }

  #dropHost(storage: GpuStorage): void {
    this.#hostBytes -= storage.host?.byteLength ?? 0;
    storage.host = null;
  }
}
