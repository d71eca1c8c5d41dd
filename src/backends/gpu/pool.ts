/** Things on a device that take long to make: handed out again when they were given back, while few enough wait. */

/** What an error says when a device had no room for another. */
export const OUT_OF_MEMORY =
  'the device ran out of memory, and what was computed since values were last read is lost; free tensors with tidy(() => ...) or ' +
  'dispose(), take smaller pictures or batches, or use the wasm backend';

/** What waits to be used again takes at most this many bytes. */
const MOST_POOLED = 256 * 2 ** 20;

export class Pool<T> {
  readonly #destroy: (thing: T) => void;
  /** What waits, by size in bytes and a name for its kind; in each list what was given back last is used first. */
  readonly #waiting = new Map<string, { readonly bytes: number; readonly things: T[] }>();
  #waitingBytes = 0;
  #count = 0;
  #bytes = 0;

  constructor(destroy: (thing: T) => void) {
    this.#destroy = destroy;
  }

  /** How many there are, in use and waiting, and their bytes. */
  get counts(): { arrays: number; bytes: number } {
    return { arrays: this.#count, bytes: this.#bytes };
  }

  /** One of that kind, all of which have as many bytes. */
  take(kind: string, bytes: number, make: () => T): T {
    const things = this.#waiting.get(kind)?.things;
    const waiting = things?.pop();
    if (things && waiting !== undefined) {
      if (things.length === 0) this.#waiting.delete(kind);
      this.#waitingBytes -= bytes;
      return waiting;
    }
    const thing = make();
    this.#count++;
    this.#bytes += bytes;
    return thing;
  }

  giveBack(kind: string, bytes: number, thing: T): void {
    const list = this.#waiting.get(kind);
    if (list) list.things.push(thing);
    else this.#waiting.set(kind, { bytes, things: [thing] });
    this.#waitingBytes += bytes;
    while (this.#waitingBytes > MOST_POOLED) this.#destroyOne();
  }

  /** Destroys one that waits, of the kind that has been waiting for longest. */
  #destroyOne(): void {
    for (const [kind, { bytes, things }] of this.#waiting) {
      const thing = things.shift();
      if (things.length === 0) this.#waiting.delete(kind);
      if (thing === undefined) continue;
      this.#destroy(thing);
      this.#waitingBytes -= bytes;
      this.#count--;
      this.#bytes -= bytes;
      return;
    }
  }
}
