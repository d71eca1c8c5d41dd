/** The allocator step by step; test/property/allocator.test.ts has it under random use. */
import t from 'tap';
import { Allocator } from '../../src/backends/wasm/allocator.js';

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
