/** One call as its worker sees it: whether somebody still wants it, and how to tell what has come so far. */
import type { FromWorker, Part } from './protocol.js';

/** Thrown where a newer call has taken this one's place. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

const later = new MessageChannel();
const waiting: (() => void)[] = [];
later.port1.onmessage = () => waiting.shift()?.();

/** Lets messages in. */
function breathe(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    later.port2.postMessage(null);
  });
}

export class Task {
  cancelled = false;

  /** @param stop shared with the page, where memory can be: not 0 once the call is cancelled */
  constructor(
    readonly id: number,
    readonly stop: Int32Array | null,
    readonly send: (message: FromWorker) => void,
  ) {}

  /** To be called inside of long steps. @throws Cancelled */
  check(): void {
    if (this.cancelled || (this.stop && Atomics.load(this.stop, 0) !== 0)) throw new Cancelled('cancelled');
  }

  /** To be called between steps. @throws Cancelled */
  async pause(): Promise<void> {
    await breathe();
    this.check();
  }

  progress(text: string, share: number | null = null): void {
    this.send({ kind: 'progress', id: this.id, progress: { text, share } });
  }

  part(part: Part): void {
    this.send({ kind: 'part', id: this.id, part });
  }
}
