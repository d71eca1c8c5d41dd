/** Maximum pooling on packed images; planes that came flat are seen as the channels of one image. */
import type { PlaceDims, Pool2dDims } from '../../tensor/backend.js';
import type { Storage } from '../../tensor/storage.js';
import type { GpuStorage, Images } from './gpu-storage.js';
import { maxPoolGradProgram, maxPoolProgram } from './kernels/pool.js';
import type { GpuMachine } from './machine.js';

export function maxPool2d(machine: GpuMachine, x: Storage, dims: Pool2dDims, wanted: 'maxima' | 'places'): GpuStorage {
  const { planes, height, width, outHeight, outWidth } = dims;
  const images = imagesOf(machine, x, planes, height, width);
  const { batch, channels } = images;
  const program = () => maxPoolProgram(machine.dialect, dims, images, wanted);
  const array = machine.run(`max pool ${wanted} ${batch} ${channels} ${poolKey(dims)}`, program, [
    machine.packed(x, images),
  ]);
  const layout = { kind: 'packed', batch, channels, height: outHeight, width: outWidth } as const;
  const storage = machine.result(planes * outHeight * outWidth, array, layout);
  if (wanted === 'places') storage.windows = dims;
  return storage;
}

/** The sum of g at the places that pooling found: only the windows around a pixel can have it as their maximum. */
export function maxPool2dGrad(machine: GpuMachine, g: Storage, places: GpuStorage, dims: Pool2dDims): GpuStorage {
  const { planes, height, width, outHeight, outWidth } = dims;
  const images = imagesOf(machine, places, planes, outHeight, outWidth);
  const { batch, channels } = images;
  const program = () => maxPoolGradProgram(machine.dialect, dims, images);
  const arrays = [machine.packed(g, images), machine.packed(places, images)];
  const array = machine.run(`max pool gradient ${batch} ${channels} ${poolKey(dims)}`, program, arrays);
  return machine.result(planes * height * width, array, { kind: 'packed', batch, channels, height, width });
}

/** The windows whose places these are, if `dims` speaks of their planes. */
export function windowsOf(places: GpuStorage, { rows, size, count }: PlaceDims): Pool2dDims | null {
  const { windows } = places;
  const fits =
    windows?.planes === rows &&
    windows.height * windows.width === size &&
    windows.outHeight * windows.outWidth === count;
  return fits ? windows : null;
}

function imagesOf(machine: GpuMachine, x: Storage, planes: number, height: number, width: number): Images {
  const known = machine.storage(x).packed()?.layout;
  if (known?.height === height && known.width === width) return known;
  return { batch: 1, channels: planes, height, width };
}

function poolKey(d: Pool2dDims): string {
  return Object.values(d).join(' ');
}
