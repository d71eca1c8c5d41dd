/**
 * A backend that computes everything twice: on a device that can only be read asynchronously, and on a plain one.
 *
 * Most tests read values at once, which WebGPU cannot. Here they get the plain backend's, and the device's values are compared with
 * those when they come; a difference is a failure of the test that read them. So the same tests run every kernel in WebGPU, and its
 * results are seen through this comparison.
 */
import type { Backend, HostArray } from '../../src/tensor/backend.js';
import { Storage } from '../../src/tensor/storage.js';
import { closeness, type Tolerance } from '../../src/testing/browser.js';
import { currentTest } from './tap.js';

class Pair extends Storage {
  constructor(
    backend: Backend,
    readonly device: Storage,
    readonly plain: Storage,
  ) {
    super(backend, device.length);
  }

  protected free(): void {
    this.device.release();
    this.plain.release();
  }
}

type Side = 'device' | 'plain';

/** One side of every storage among a kernel's arguments: alone, in a list, or in a record as of `Normalization`. */
function onSide(value: unknown, side: Side): unknown {
  if (value instanceof Pair) return value[side];
  if (Array.isArray(value)) return value.map((item) => onSide(item, side));
  if (typeof value !== 'object' || value === null || !Object.values(value).some((item) => item instanceof Pair)) {
    return value;
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, onSide(item, side)]));
}

export function shadowed(device: Backend, plain: Backend, tolerance: Tolerance): Backend {
  /** Reads both and compares, before the test ends. @returns the plain backend's values, and when the device's have come */
  const compare = (pair: Pair, test = currentTest()): { values: HostArray; compared: Promise<void> } => {
    const values = plain.readSync(pair.plain);
    // whoever gets the values may change them
    const wanted = values.slice();
    const compared = device.read(pair.device).then(
      (found) => {
        const report = closeness(found, wanted, { tolerance });
        if (report.close) test.pass();
        else test.fail(`${device.name} (${device.info().mode}) beside ${plain.name}: ${report.message}`);
      },
      (error) => void test.fail(`${device.name}: its values did not come: ${String(error)}`),
    );
    test.waitOn(compared);
    return { values, compared };
  };
  const filled = (pair: Pair): void => {
    const values = plain.readSync(pair.plain);
    device.overwrite(pair.device, (host) => host.set(values));
  };

  const own: Partial<Backend> = {
    create(length, fill) {
      const pair = new Pair(shadow, device.create(length), plain.create(length, fill));
      if (fill) filled(pair);
      return pair;
    },
    readSync: (x) => (x instanceof Pair ? compare(x).values : device.readSync(x)),
    async read(x) {
      if (!(x instanceof Pair)) return device.read(x);
      const { values, compared } = compare(x);
      await compared;
      return values;
    },
    overwrite(x, fill) {
      if (!(x instanceof Pair)) return device.overwrite(x, fill);
      plain.overwrite(x.plain, fill);
      filled(x);
    },
    wrongIndex: (x, size) => (x instanceof Pair ? plain.wrongIndex(x.plain, size) : device.wrongIndex(x, size)),
    info: () => device.info(),
  };

  const shadow: Backend = new Proxy(device, {
    get(target, key): unknown {
      const mine: unknown = Reflect.get(own, key);
      if (mine) return mine;
      const theirs: unknown = Reflect.get(target, key);
      if (typeof theirs !== 'function') return theirs;
      return (...args: unknown[]): unknown => {
        const result: unknown = Reflect.apply(theirs, target, onSide(args, 'device') as unknown[]);
        if (key !== 'assign' && !(result instanceof Storage)) return result;
        const kernel: unknown = Reflect.get(plain, key);
        if (typeof kernel !== 'function') throw new Error(`${plain.name} has no ${String(key)}`);
        const wanted: unknown = Reflect.apply(kernel, plain, onSide(args, 'plain') as unknown[]);
        return result instanceof Storage && wanted instanceof Storage ? new Pair(shadow, result, wanted) : result;
      };
    },
  });
  return shadow;
}
