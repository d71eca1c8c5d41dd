/** How the range of a kernel is divided among threads, and whether that pays. */
import type { RangeKernel } from './kernels.js';
import { MAX_TICKETS } from './thread-control.js';

/** The kernels whose work is multiplications in registers, which take a fraction of the time of an element in memory. */
const MULTIPLYING: ReadonlySet<RangeKernel> = new Set([
  'matmul',
  'conv2d',
  'conv2dWeight',
  'winogradProducts',
  'winogradBlocks',
  'winogradWeightProducts',
]);
/** How many multiplications take as long as one element. */
const MULTIPLICATIONS = 8;

/** Elements' worth of work from which on a task is divided: about 60 microseconds. */
export const FORK_WORK = 2 ** 17;
/** Work that has to come before workers are started: what is over in a few milliseconds does not need them. */
export const START_WORK = 2 ** 22;
/** The least that a part is worth, and the parts a thread gets where there is enough work: late ones then cost little. */
const PART_WORK = 2 ** 14;
const PARTS_PER_THREAD = 16;

/** The work of a call in elements' worth. */
export function workOf(kernel: RangeKernel, work: number): number {
  return MULTIPLYING.has(kernel) ? work / MULTIPLICATIONS : work;
}

/**
 * Units of a part, a multiple of `align`, so that there are parts for all threads, of a worthwhile size, and at most as
 * many as there are tickets.
 */
export function partUnits(units: number, align: number, parts: number): number {
  const chunks = Math.ceil(units / align);
  return align * Math.ceil(chunks / Math.min(chunks, parts));
}

/** Into how many parts so much work is divided. */
export function partCount(work: number, threads: number): number {
  return Math.min(MAX_TICKETS, PARTS_PER_THREAD * threads, Math.max(threads, Math.floor(work / PART_WORK)));
}
