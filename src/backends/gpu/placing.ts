/** Moving numbers to other places (see kernels/places.ts). */
import type { AxisDims, Band, CatDims, PadDims, PlaceDims, SortDims } from '../../tensor/backend.js';
import type { Storage } from '../../tensor/storage.js';
import { copyOf } from './elementwise.js';
import type { GpuStorage } from './gpu-storage.js';
import {
  bandProgram,
  catProgram,
  gatherProgram,
  oneHotProgram,
  padProgram,
  placesOfRanksProgram,
  rankProgram,
  scatterAddProgram,
} from './kernels/places.js';
import type { GpuMachine } from './machine.js';
import type { DeviceArray } from './program.js';
import { maxPool2dGrad, windowsOf } from './windows.js';

export function pad(machine: GpuMachine, x: Storage, dims: PadDims): GpuStorage {
  const { outer, before, axis, after, inner, value } = dims;
  const program = () => padProgram(machine.dialect, dims);
  const key = `pad ${outer},${before},${axis},${after},${inner}`;
  return machine.result(outer * (before + axis + after) * inner, machine.run(key, program, [machine.flat(x)], [value]));
}

/** Two at a time. */
export function cat(machine: GpuMachine, parts: readonly Storage[], { outer, axes, inner }: CatDims): GpuStorage {
  const filled = parts.map((part, i) => ({ part, axis: axes[i] })).filter(({ part }) => part.length > 0);
  if (filled.length === 0) return machine.fromHost(new Float32Array(0));
  const [first, ...rest] = filled;
  let array: DeviceArray | null = null;
  let { axis } = first;
  for (const next of rest) {
    const dims = { outer, axes: [axis, next.axis], inner };
    const program = () => catProgram(machine.dialect, dims);
    const key = `cat ${outer},${dims.axes.join()},${inner}`;
    const before: DeviceArray | null = array;
    array = machine.through(before ? [before] : [], () =>
      machine.run(key, program, [before ?? machine.flat(first.part), machine.flat(next.part)]),
    );
    axis += next.axis;
  }
  return machine.result(outer * axis * inner, array ?? copyOf(machine, first.part));
}

export function oneHot(machine: GpuMachine, indices: Storage, classes: number): GpuStorage {
  const { length } = indices;
  const program = () => oneHotProgram(machine.dialect, length, classes);
  return machine.result(
    length * classes,
    machine.run(`one hot ${length},${classes}`, program, [machine.flat(indices)]),
  );
}

export function band(machine: GpuMachine, x: Storage, by: Band, dims: AxisDims): GpuStorage {
  const { outer, axis, inner } = dims;
  const { rows, columns, taps, starts, counts, weights } = by;
  const table = [weights, starts, counts].map((values) => machine.device.upload(Float32Array.from(values)));
  const program = () => bandProgram(machine.dialect, by, dims);
  const key = `band ${rows},${columns},${taps} ${outer},${axis},${inner}`;
  const array = machine.through(table, () => machine.run(key, program, [machine.flat(x), ...table]));
  return machine.result(outer * rows * inner, array);
}

export function gather(machine: GpuMachine, x: Storage, indices: Storage, dims: PlaceDims): GpuStorage {
  const { rows, size, count } = dims;
  const program = () => gatherProgram(machine.dialect, dims);
  return machine.result(
    rows * count,
    machine.run(`gather ${rows},${size},${count}`, program, [machine.flat(x), machine.flat(indices)]),
  );
}

export function scatterAdd(machine: GpuMachine, g: Storage, indices: Storage, dims: PlaceDims): GpuStorage {
  const { rows, size, count } = dims;
  const places = machine.storage(indices);
  const windows = windowsOf(places, dims);
  if (windows) return maxPool2dGrad(machine, g, places, windows);
  const program = () => scatterAddProgram(machine.dialect, dims);
  const arrays = [machine.flat(g), machine.flat(indices)];
  return machine.result(rows * size, machine.run(`scatter add ${rows},${size},${count}`, program, arrays));
}

export function argsort(machine: GpuMachine, x: Storage, dims: SortDims): GpuStorage {
  const key = `${dims.rows},${dims.size},${dims.descending}`;
  const ranks = machine.run(`ranks ${key}`, () => rankProgram(machine.dialect, dims), [machine.flat(x)]);
  const program = () => placesOfRanksProgram(machine.dialect, dims);
  return machine.result(
    x.length,
    machine.through([ranks], () => machine.run(`places ${key}`, program, [ranks])),
  );
}
