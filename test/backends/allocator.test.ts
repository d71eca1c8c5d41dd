/** The allocator under seeded random use: blocks never overlap, nothing is lost, free neighbours are merged. */
import t from 'tap';
import { ALIGNMENT, Allocator } from '../../src/backends/wasm/allocator.js';
import { Seeded } from './seeded.js';

/** An allocator over [64, end) that may grow up to `limit`. */
function growing(end: number, limit: number): { allocator: Allocator; end: () => number } {
  const grow = (bytes: number): number => {
    const step = Math.min(Math.max(Math.ceil(bytes / 4096), 4) * 4096, limit - end);
    if (step < bytes) return 0;
    end += step;
    return step;
  };
  return { allocator: new Allocator(64, end, grow), end: () => end };
}

/**
 * Throws unless the blocks in use and the free ones tile [64, end) without gap or overlap, no two free ones adjoining.
 */
function assertTiled(allocator: Allocator, live: ReadonlyMap<number, number>, end: number): void {
  const free = allocator.freeBlocks().map(([start, size]) => ({ start, size, isFree: true }));
  const used = [...live].map(([start, size]) => ({ start, size, isFree: false }));
  let at = 64;
  let wasFree = false;
  for (const { start, size, isFree } of [...free, ...used].sort((a, b) => a.start - b.start)) {
    if (start !== at) throw new Error(`${start < at ? 'overlap' : 'gap'} at ${at}: the next block starts at ${start}`);
    if (isFree && wasFree) throw new Error(`two free blocks adjoin at ${start}`);
    at = start + size;
    wasFree = isFree;
  }
  if (at !== end) throw new Error(`the blocks end at ${at} instead of ${end}`);
}

function roundUp(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / ALIGNMENT)) * ALIGNMENT;
}

for (const [name, largest] of [
  ['small blocks', 500],
  ['blocks of all sizes', 200000],
] as const) {
  t.test(`random use: ${name}`, async (t) => {
    const seeded = new Seeded(largest);
    const limit = 64 + 4096 * 16000;
    const { allocator, end } = growing(64 + 4096, limit);
    const live = new Map<number, number>();
    let refused = 0;
    for (let step = 0; step < 20000; step++) {
      // phases of mostly allocating and mostly freeing
      const filling = Math.floor(step / 2500) % 2 === 0;
      if (live.size === 0 || seeded.chance(filling ? 0.6 : 0.4)) {
        const bytes = Math.floor(largest * seeded.uniform() ** 4);
        const start = allocator.allocate(bytes);
        if (start === null) refused++;
        else {
          if (start % ALIGNMENT !== 0) throw new Error(`block at ${start} is not aligned`);
          live.set(start, roundUp(bytes));
        }
      } else {
        const start = seeded.pick([...live.keys()]);
        live.delete(start);
        if (!allocator.free(start)) throw new Error(`the block at ${start} was not taken back`);
      }
      if (step % 50 === 0) assertTiled(allocator, live, end());
    }
    assertTiled(allocator, live, end());
    const bytes = [...live.values()].reduce((sum, size) => sum + size, 0);
    t.equal(allocator.usedBlocks, live.size);
    t.equal(allocator.usedBytes, bytes);
    t.equal(refused, 0, 'the limit is far above what is live');
    for (const start of live.keys()) allocator.free(start);
    t.strictSame(allocator.freeBlocks(), [[64, end() - 64]], 'one free block is left');
    t.equal(allocator.usedBytes, 0);
  });
}

t.test('a block that was given back is handed out again, whatever its size', async (t) => {
  const { allocator } = growing(64 + 2 ** 20, 64 + 2 ** 20);
  for (const bytes of [1, 64, 65, 1000, 4096, 5000, 99999, 2 ** 20]) {
    const first = allocator.allocate(bytes);
    t.equal(first, 64);
    allocator.free(64);
    t.equal(allocator.allocate(bytes), 64, `${bytes} bytes`);
    allocator.free(64);
  }
});

t.test('neighbours merge from either side, and from both at once', async (t) => {
  const { allocator } = growing(64 + 640, 64 + 640);
  const [a, b, c, d] = [100, 100, 100, 100].map((bytes) => allocator.allocate(bytes) ?? -1);
  t.strictSame([a, b, c, d], [64, 192, 320, 448]);
  allocator.free(a);
  allocator.free(c);
  t.strictSame(allocator.freeBlocks(), [
    [64, 128],
    [320, 128],
    [576, 128],
  ]);
  allocator.free(b);
  t.strictSame(allocator.freeBlocks(), [
    [64, 384],
    [576, 128],
  ]);
  allocator.free(d);
  t.strictSame(allocator.freeBlocks(), [[64, 640]]);
});

t.test('growing joins the free end of the range; a refusal changes nothing', async (t) => {
  const asked: number[] = [];
  const allocator = new Allocator(0, 1024, (bytes) => {
    asked.push(bytes);
    return bytes <= 1024 ? 1024 : 0;
  });
  t.equal(allocator.allocate(512), 0);
  t.equal(allocator.allocate(1024), 512, 'half of it was there already');
  t.strictSame(asked, [512]);
  t.strictSame(allocator.freeBlocks(), [[1536, 512]]);
  t.equal(allocator.allocate(4096), null);
  t.strictSame(asked, [512, 3584]);
  t.strictSame(allocator.freeBlocks(), [[1536, 512]]);
});

t.test('an address that is not the start of a block in use is refused', async (t) => {
  const { allocator } = growing(64 + 4096, 64 + 4096);
  const start = allocator.allocate(256) ?? -1;
  t.equal(allocator.free(start + 64), false);
  t.equal(allocator.free(start), true);
  t.equal(allocator.free(start), false);
  t.strictSame(allocator.freeBlocks(), [[64, 4096]]);
});
