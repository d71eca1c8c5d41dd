/**
 * The worker that computes. Calls are done one after the other; one that nobody waits for any more ends at its next step.
 */
import './no-network.js';
import { BacklightError } from 'backlight';
import { runBackward } from './backward-run.js';
import { describe, useEngine } from './engine-state.js';
import { explainPicture } from './explaining.js';
import type { Calls, CallName, FromWorker, Request, ToWorker } from './protocol.js';
import { Cancelled, Task } from './task.js';
import { transferables } from './transfer.js';

const tasks = new Map<number, Task>();
let queue = Promise.resolve();

function send(message: FromWorker): void {
  // what is told on the way is still needed here; results are not
  postMessage(message, message.kind === 'done' ? { transfer: transferables(message.result) } : {});
}

function answer(request: Request, task: Task): Promise<Calls[CallName]['result']> {
  switch (request.name) {
    case 'info':
      return useEngine(request.params.engine);
    case 'describe':
      return useEngine(request.params.engine).then(() => describe(request.params.model, task));
    case 'explain':
      return explainPicture(request.params, task);
    case 'backward':
      return runBackward(request.params, task);
  }
}

async function run(task: Task, request: Request): Promise<void> {
  const { id } = task;
  try {
    task.check();
    send({ kind: 'done', id, result: await answer(request, task) });
  } catch (error) {
    send({ kind: 'failed', id, message: messageOf(error), cancelled: error instanceof Cancelled });
  } finally {
    tasks.delete(id);
  }
}

/** Mistakes that the library explains are shown as they are; anything else says that it was not expected. */
function messageOf(error: unknown): string {
  if (error instanceof BacklightError) return error.message.replace(/^decodeImage: /, '');
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

addEventListener('message', ({ data }: MessageEvent<ToWorker>) => {
  if (data.kind === 'cancel') {
    const task = tasks.get(data.id);
    if (task) task.cancelled = true;
    return;
  }
  const task = new Task(data.id, data.stop, send);
  tasks.set(data.id, task);
  queue = queue.then(() => run(task, data.request));
});
