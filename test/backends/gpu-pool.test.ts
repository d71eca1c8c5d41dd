/** What the GPU backend keeps for later: what was not needed for longest goes first. */
import t from 'tap';
import { Pool } from '../../src/backends/gpu/pool.js';

const BYTES = 100 * 2 ** 20;

t.test('beyond 256 MiB, the kind that has been waiting for longest is destroyed', async (t) => {
  const destroyed: string[] = [];
  const pool = new Pool<string>((thing) => destroyed.push(thing));
  const take = (kind: string) => pool.take(kind, BYTES, () => `a new ${kind}`);
  const giveBack = (kind: string) => pool.giveBack(kind, BYTES, kind);
  for (const kind of ['first', 'second', 'third']) take(kind);
  t.same(pool.counts, { arrays: 3, bytes: 3 * BYTES });

  giveBack('first');
  t.equal(take('first'), 'first', 'what waits is used again');
  giveBack('second');
  giveBack('first');
  t.same(destroyed, [], 'two have room');
  giveBack('third');
  t.same(destroyed, ['second'], 'the first one was used since');
  t.same(pool.counts, { arrays: 2, bytes: 2 * BYTES });
  t.equal(take('second'), 'a new second');
});
