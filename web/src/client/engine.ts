/**
 * The page's side of the worker: typed calls with progress. A new call of a lane takes the place of the one before, and a
 * worker that does not let go of a cancelled call is ended and replaced.
 */
import type { Calls, CallName, FromWorker, Part, Progress, Request, ToWorker } from '../engine/protocol.js';

/** A newer call has taken this one's place: nothing to be told. */
export class Superseded extends Error {
  override readonly name = 'Superseded';
}

export interface CallOptions {
  readonly lane: string;
  readonly onProgress?: (progress: Progress) => void;
  readonly onPart?: (part: Part) => void;
  /** For user code: how long it may run, in milliseconds. */
  readonly timeLimit?: number;
}

interface Pending {
  readonly id: number;
  readonly request: Request;
  readonly options: CallOptions;
  readonly stop: Int32Array | null;
  readonly resolve: (result: Calls[CallName]['result']) => void;
  readonly reject: (error: Error) => void;
  cancelled: boolean;
  timer: number;
}

/** So long a cancelled call may go on before its worker is ended. */
const GRACE = 1500;

export class EngineClient {
  readonly #pending = new Map<number, Pending>();
  #worker: Worker | null = null;
  #next = 1;

  call<Name extends CallName>(
    name: Name,
    params: Calls[Name]['params'],
    options: CallOptions,
  ): Promise<Calls[Name]['result']> {
    this.cancel(options.lane);
    // the pair of a name and its own parameters is a request, which the compiler does not see through a type parameter
    const request = { name, params } as Request;
    const stop = globalThis.crossOriginIsolated ? new Int32Array(new SharedArrayBuffer(4)) : null;
    return new Promise((resolve, reject) => {
      const settle = (result: Calls[CallName]['result']) => resolve(result as Calls[Name]['result']);
      const id = this.#next++;
      const pending = { id, request, options, stop, resolve: settle, reject, cancelled: false, timer: 0 };
      this.#pending.set(id, pending);
      this.#post(pending);
    });
  }

  /** Nobody waits for this lane's call any more. */
  cancel(lane: string): void {
    for (const pending of this.#pending.values()) {
      if (pending.options.lane !== lane || pending.cancelled) continue;
      pending.cancelled = true;
      pending.reject(new Superseded('superseded'));
      if (pending.stop) Atomics.store(pending.stop, 0, 1);
      this.#send({ kind: 'cancel', id: pending.id });
      clearTimeout(pending.timer);
      pending.timer = window.setTimeout(() => this.#restart(), GRACE);
    }
  }

  #post({ id, request, stop }: Pending): void {
    this.#send({ kind: 'call', id, request, stop });
  }

  #send(message: ToWorker): void {
    this.#worker ??= this.#start();
    this.#worker.postMessage(message);
  }

  #start(): Worker {
    const worker = new Worker(new URL('../engine/worker.ts', import.meta.url), { type: 'module', name: 'backlight' });
    worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => this.#hear(data));
    worker.addEventListener('error', (event) => {
      event.preventDefault();
      this.#fail(new Error(`the engine stopped: ${event.message || 'its script could not be loaded'}; try again`));
    });
    return worker;
  }

  #hear(message: FromWorker): void {
    const pending = this.#pending.get(message.id);
    if (!pending) return;
    const { options, cancelled } = pending;
    switch (message.kind) {
      case 'progress':
        if (!cancelled) options.onProgress?.(message.progress);
        return;
      case 'part':
        if (!cancelled) options.onPart?.(message.part);
        return;
      case 'hook-begins':
        if (options.timeLimit !== undefined && !cancelled) this.#limit(pending, options.timeLimit);
        return;
      case 'done':
        this.#forget(pending);
        pending.resolve(message.result);
        return;
      case 'failed':
        this.#forget(pending);
        pending.reject(new Error(message.message));
    }
  }

  #limit(pending: Pending, milliseconds: number): void {
    pending.timer = window.setTimeout(() => {
      pending.reject(
        new Error(
          `the hook did not end within ${milliseconds / 1000} seconds and was stopped; look for a loop without an end`,
        ),
      );
      this.#pending.delete(pending.id);
      this.#restart();
    }, milliseconds);
  }

  #forget(pending: Pending): void {
    clearTimeout(pending.timer);
    this.#pending.delete(pending.id);
  }

  /** A new worker for the calls that somebody still waits for. */
  #restart(): void {
    this.#worker?.terminate();
    this.#worker = null;
    for (const pending of this.#pending.values()) {
      if (pending.cancelled) this.#forget(pending);
      else this.#post(pending);
    }
  }

  #fail(error: Error): void {
    this.#worker?.terminate();
    this.#worker = null;
    for (const pending of this.#pending.values()) {
      this.#forget(pending);
      pending.reject(error);
    }
  }
}

/** The one that computes, and one for the learner's hooks, which may be ended at any time. */
export const engine = new EngineClient();
export const hookEngine = new EngineClient();
