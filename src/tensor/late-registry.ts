/**
 * A finalization registry that is told of objects late: when the running code gives way, or when many have come together.
 *
 * Finalizers cannot run before that either, and most objects are at their end by then: a `FinalizationRegistry` takes
 * microseconds for each object it is told of, more than a small operation.
 */

/** Objects that wait at most. */
const MOST = 1024;

export class LateRegistry<T extends WeakKey, Held> {
  readonly #registry: FinalizationRegistry<Held>;
  readonly #held: (target: T) => Held | null;
  #young: T[] = [];
  #scheduled = false;

  /**
   * @param cleanup called some time after a target was garbage collected
   * @param held what cleanup is given: must not lead to the target; null when the target is at its end already. Asked once
   */
  constructor(cleanup: (held: Held) => void, held: (target: T) => Held | null) {
    this.#registry = new FinalizationRegistry(cleanup);
    this.#held = held;
  }

  add(target: T): void {
    this.#young.push(target);
    if (this.#young.length >= MOST) this.#flush();
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#flush();
    });
  }

  /** For a target of which `held` was asked: it has come to its end. */
  remove(target: T): void {
    this.#registry.unregister(target);
  }

  #flush(): void {
    const young = this.#young;
    this.#young = [];
    for (const target of young) {
      const held = this.#held(target);
      if (held !== null) this.#registry.register(target, held, target);
    }
  }
}
