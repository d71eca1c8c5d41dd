/** The allocator under random use: blocks never overlap, nothing is lost, free neighbours are always one block. */
import fc from 'fast-check';
import t from 'tap';
import { ALIGNMENT, Allocator } from '../../src/backends/wasm/allocator.js';
import { holds } from './property.js';

const BEGIN = 64;
const FIRST_END = BEGIN + 4096;
const LIMIT = BEGIN + 2 ** 20;

/** Allocate so many bytes, or free one of the blocks in use, counted from the oldest, as often as there are. */
type Step = { readonly allocate: number } | { readonly free: number };

const bytes = fc.oneof(fc.nat(200), fc.nat(5000), fc.nat(300000), fc.constantFrom(0, 64, 4096, 2 ** 20, 2 ** 33));
const step: fc.Arbitrary<Step> = fc.oneof(fc.record({ allocate: bytes }), fc.record({ free: fc.nat(1000) }));

/** Throws unless the blocks in use and the free ones fill [BEGIN, end) without gap or overlap, no two free ones adjoining. */
function assertTiled(allocator: Allocator, live: ReadonlyMap<number, number>, end: number): void {
  const free = allocator.freeBlocks().map(([start, size]) => ({ start, size, isFree: true }));
  const used = [...live].map(([start, size]) => ({ start, size, isFree: false }));
  let at = BEGIN;
  let wasFree = false;
  for (const { start, size, isFree } of [...free, ...used].sort((a, b) => a.start - b.start)) {
    if (start !== at) throw new Error(`${start < at ? 'overlap' : 'gap'} at ${at}: the next block starts at ${start}`);
    if (isFree && wasFree) throw new Error(`two free blocks adjoin at ${start}`);
    at = start + size;
    wasFree = isFree;
  }
  if (at !== end) throw new Error(`the blocks end at ${at}, not at ${end}`);
}

/** Runs the steps; looking for free blocks settles the last one, so it is done only now and then. */
function play(steps: readonly Step[], lookEvery: number): void {
  let end = FIRST_END;
  const allocator = new Allocator(BEGIN, end, (missing) => {
    const added = Math.ceil(missing / 4096) * 4096;
    if (end + added > LIMIT) return 0;
    end += added;
    return added;
  });
  const live = new Map<number, number>();
  steps.forEach((step, i) => {
    if ('allocate' in step) {
      const size = Math.max(1, Math.ceil(step.allocate / ALIGNMENT)) * ALIGNMENT;
      const start = allocator.allocate(step.allocate);
      if (start === null) {
        const room = Math.max(LIMIT - end, ...allocator.freeBlocks().map(([, free]) => free));
        if (room >= size + 4096) throw new Error(`${step.allocate} bytes were refused where ${room} are free`);
      } else {
        live.set(start, size);
      }
    } else if (live.size > 0) {
      const start = [...live.keys()][step.free % live.size];
      live.delete(start);
      if (!allocator.free(start)) throw new Error(`the block at ${start} was not taken back`);
      if (allocator.free(start)) throw new Error(`the block at ${start} was taken back twice`);
    }
    if (i % lookEvery === 0) assertTiled(allocator, live, end);
  });
  assertTiled(allocator, live, end);
  const used = [...live.values()].reduce((sum, size) => sum + size, 0);
  if (allocator.usedBytes !== used || allocator.usedBlocks !== live.size)
    throw new Error('the blocks in use are miscounted');
  for (const start of live.keys()) allocator.free(start);
  assertTiled(allocator, new Map(), end);
  if (allocator.freeBlocks().length !== 1) throw new Error('something is lost: there is more than one free block');
}

t.test('any sequence of allocating and freeing', async (t) => {
  const steps = fc.array(step, { maxLength: 300, size: 'max' });
  holds(t, 'looked at after every step', 300, steps, (steps) => play(steps, 1));
  holds(t, 'looked at rarely', 300, steps, (steps) => play(steps, 37));
  const long = fc.array(step, { minLength: 5000, maxLength: 8000, size: 'max' });
  holds(t, 'for long', 5, long, (steps) => play(steps, 500));
});
