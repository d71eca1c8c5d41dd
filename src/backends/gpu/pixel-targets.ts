/** How kernels whose threads make several neighbouring pixels come to packed images (see kernels/pixel-targets.ts). */
import { convKey, type PackedConv } from './kernels/packed-conv.js';
import { joinPixelsProgram, type Finish } from './kernels/pixel-targets.js';
import { texelsFor } from './kernels/source.js';
import type { GpuMachine } from './machine.js';
import type { DeviceArray } from './program.js';

/** What the images are finished with. */
export interface Ending {
  /** [O], four channels a texel. */
  readonly bias: DeviceArray | null;
  readonly relu: boolean;
}

/**
 * The packed images.
 * @param run runs the kernel: its sums are finished as it is told, with these further arrays; null: they are left as they are
 */
export function pixelsPacked(
  machine: GpuMachine,
  d: PackedConv,
  pixels: number,
  { bias, relu }: Ending,
  run: (finish: Finish | null, extra: readonly DeviceArray[]) => DeviceArray,
): DeviceArray {
  const extra = bias ? [bias] : [];
  const finish = { bias: bias !== null, relu };
  if (pixels === 1) return run(finish, extra);
  const o4 = texelsFor(d.outChannels);
  const texels = d.batch * d.outHeight * d.outWidth * o4;
  if (d.outWidth % pixels === 0 && machine.device.canTakeTurns(pixels, o4, texels)) {
    return run({ ...finish, turns: o4 }, extra);
  }
  const targets = run(null, []);
  const join = () => joinPixelsProgram(machine.dialect, d, pixels, finish);
  const key = `join ${pixels} pixels ${finishKey(d, finish)}`;
  return machine.through([targets], () => machine.run(key, join, [targets, ...extra]));
}

/** What tells the programs of a convolution apart. */
export function finishKey(d: PackedConv, finish: Finish | null): string {
  return finish ? `${convKey(d)} ${finish.bias} ${finish.relu} ${finish.turns !== undefined}` : convKey(d);
}
