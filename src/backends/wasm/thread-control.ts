/**
 * How threads share a task without ever waiting for each other to begin: what the calling thread and the workers both run.
 *
 * A task is a kernel, its arguments and a range in parts, one ticket a part. One word holds the task's number and how many
 * tickets are left. A thread takes a ticket by exchanging that word for the next one, and reads the task only after the
 * exchange has succeeded: until the ticket is reported, the caller cannot return, and so the task cannot change. A thread
 * that is not up yet takes none; one that wakes late finds none, or those of a newer task, which it may take as well.
 *
 * The words lie in a SharedArrayBuffer of their own. Those written by different threads are on different cache lines.
 */

export const MAX_THREADS = 64;
export const MAX_TICKETS = 64;

/** Numbers of 32 bits in a cache line. */
const LINE = 16;
/** task number << 8 | tickets left */
export const TICKETS = 0;
/** task number << 8 | tickets reported */
export const DONE = LINE;
/** 1 while the caller sleeps on DONE */
export const CALLER_SLEEPS = 2 * LINE;
/** The task: written by the caller while there are no tickets. */
export const KERNEL = 3 * LINE;
export const ARGUMENTS = KERNEL + 1;
export const UNITS = KERNEL + 2;
export const PART = KERNEL + 3;
export const COUNT = KERNEL + 4;
/** For each ticket: 1 when its part has been computed */
export const COMPUTED = 4 * LINE;
/** For each thread, on a line of its own: */
const WORKERS = COMPUTED + MAX_TICKETS;
/** the newest task it was told of, or STOP; 1 while it sleeps on that; 1 when it has started; tickets it took so far */
const WAKE = 0;
const SLEEPS = 1;
const UP = 2;
const TAKEN = 3;
const INTS = WORKERS + LINE * MAX_THREADS;
/** A kernel's arguments, and before them where the threads' scratch memory begins and how far apart they are. */
const MAX_ARGUMENTS = 30;
export const SCRATCH = 0;
export const SCRATCH_STEP = 1;
export const FIRST_ARGUMENT = 2;

const COUNT_BITS = 8;
const COUNT_MASK = 0xff;
const LAST_TASK = 0x7fffff;
const STOP = -1;
/** How long a worker looks for the next task before it goes to sleep. */
const SPIN_MS = 0.05;

export type Kernel = (...args: number[]) => void;

/** The shared words, as they are seen by one thread. */
export interface Control {
  readonly ints: Int32Array;
  readonly floats: Float64Array;
}

export function controlBytes(): number {
  return 4 * INTS + 8 * (FIRST_ARGUMENT + MAX_ARGUMENTS);
}

export function viewControl(buffer: SharedArrayBuffer): Control {
  return { ints: new Int32Array(buffer, 0, INTS), floats: new Float64Array(buffer, 4 * INTS) };
}

/** The word of a task of which `count` tickets are left, or done. */
export function taskWord(task: number, count: number): number {
  return (task << COUNT_BITS) | count;
}

export function nextTask(task: number): number {
  return task === LAST_TASK ? 0 : task + 1;
}

/** Takes tickets and computes their parts until none is left. @returns the first error of a kernel, if there was one */
export function takeTickets({ ints, floats }: Control, thread: number, kernels: readonly Kernel[]): unknown {
  for (;;) {
    const word = Atomics.load(ints, TICKETS);
    const left = word & COUNT_MASK;
    if (left === 0) return undefined;
    if (Atomics.compareExchange(ints, TICKETS, word, word - 1) !== word) continue;
    const count = ints[COUNT];
    const ticket = count - left;
    ints[WORKERS + LINE * thread + TAKEN]++;
    let failure: unknown;
    try {
      computePart({ ints, floats }, ticket, thread, kernels);
      Atomics.store(ints, COMPUTED + ticket, 1);
    } catch (error) {
      failure = error ?? new Error('a kernel failed');
    }
    report(ints, word >>> COUNT_BITS, count);
    if (failure !== undefined) return failure;
  }
}

/** Runs the task's kernel on the part of one ticket. */
export function computePart(
  { ints, floats }: Control,
  ticket: number,
  thread: number,
  kernels: readonly Kernel[],
): void {
  const args: number[] = [];
  for (let i = 0; i < ints[ARGUMENTS]; i++) args.push(floats[FIRST_ARGUMENT + i]);
  if (floats[SCRATCH_STEP] > 0) args.push(floats[SCRATCH] + thread * floats[SCRATCH_STEP]);
  const begin = ticket * ints[PART];
  args.push(begin, Math.min(begin + ints[PART], ints[UNITS]));
  kernels[ints[KERNEL]](...args);
}

/** One ticket more is done, unless the caller has given the task up; the last one wakes the caller. */
function report(ints: Int32Array, task: number, count: number): void {
  for (;;) {
    const done = Atomics.load(ints, DONE);
    if (done >>> COUNT_BITS !== task) return;
    if (Atomics.compareExchange(ints, DONE, done, done + 1) !== done) continue;
    if ((done & COUNT_MASK) + 1 === count && Atomics.load(ints, CALLER_SLEEPS) === 1) Atomics.notify(ints, DONE);
    return;
  }
}

/** What a worker does all its life: tickets, a short look for more, sleep. @throws what a kernel throws */
export function serve(control: Control, thread: number, kernels: readonly Kernel[]): void {
  const { ints } = control;
  const at = WORKERS + LINE * thread;
  Atomics.store(ints, upAt(thread), 1);
  for (;;) {
    const seen = Atomics.load(ints, at + WAKE);
    if (seen === STOP) return;
    const failure = takeTickets(control, thread, kernels);
    if (failure !== undefined) throw failure;
    const until = performance.now() + SPIN_MS;
    while (Atomics.load(ints, at + WAKE) === seen) {
      if (performance.now() < until) continue;
      Atomics.store(ints, at + SLEEPS, 1);
      Atomics.wait(ints, at + WAKE, seen);
      Atomics.store(ints, at + SLEEPS, 0);
    }
  }
}

/** Tells a worker of a new task. */
export function wake(ints: Int32Array, thread: number, task: number): void {
  const at = WORKERS + LINE * thread;
  Atomics.store(ints, at + WAKE, task);
  if (Atomics.load(ints, at + SLEEPS) === 1) Atomics.notify(ints, at + WAKE);
}

/** Tells a worker to end, as soon as it has none of the tickets. */
export function stop(ints: Int32Array, thread: number): void {
  wake(ints, thread, STOP);
}

/** Where a worker says that it has started. */
export function upAt(thread: number): number {
  return WORKERS + LINE * thread + UP;
}

/** Whether a worker has started. */
export function isUp(ints: Int32Array, thread: number): boolean {
  return Atomics.load(ints, upAt(thread)) === 1;
}

/** How many tickets a thread has taken so far. */
export function ticketsTaken(ints: Int32Array, thread: number): number {
  return ints[WORKERS + LINE * thread + TAKEN];
}
