/**
 * Counting storages where tests that ran before may have left some to the garbage collector: what it finds while another test counts
 * would look like a result of that one. Needs V8's --expose-gc, with which tap and the browser are started here.
 */
import { backendInfo } from '../src/backends/active.js';

/** How many storages are alive once the garbage collector finds no more that are forgotten. */
export async function settledStorages(): Promise<number> {
  for (let before = NaN; ;) {
    await collected();
    const { storages } = backendInfo();
    if (storages === before) return storages;
    before = storages;
  }
}

/** Tells whose objects were collected. It has to live as long as they wait. */
const registry = new FinalizationRegistry<() => void>((tell) => tell());

/** Collects garbage, and waits until finalizers have been run: the engine runs them in a task of its own, when it likes. */
async function collected(): Promise<void> {
  if (!globalThis.gc) throw new Error('settledStorages: expected V8 to run with --expose-gc, it does not');
  let told = false;
  registry.register({}, () => (told = true));
  while (!told) {
    void globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  // those of other registries follow
  await new Promise((resolve) => setTimeout(resolve, 0));
}
