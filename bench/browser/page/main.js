/**
 * The page's side of the harness: `bench` is called from outside, one contender after the other. All of them live in this one
 * page; each of ours is a copy of the library of its own.
 */
import { requireAgreement } from '../../lib/agreement.js';
import { adapters } from './adapters.js';
import { forgetFiles, tensorFiles } from './tensors.js';

/** name -> task */
const lanes = new Map();
/** The outputs of the first that gave some: the others' are compared with them. */
let first = null;

async function timeOf(run) {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

/** What a contender throws for what it cannot do becomes its place in the table. */
async function orWhyNot(body) {
  try {
    return await body();
  } catch (error) {
    if (error.name === 'Cannot') return { cannot: error.message };
    throw error;
  }
}

async function open({ contender, work, sizes }) {
  const { module, mode } = contender;
  // ours have no backend but their own: three modes, three copies
  const program = await import(module === 'tfjs.js' ? `/${module}` : `/${module}?${mode}`);
  const info = await program.start(mode);
  const files = await tensorFiles(work.files);
  return { task: await program.create(work, { sizes, files, mode }), info };
}

/** Beyond this, the run whose outputs are compared is not done again to be timed. */
const LONG_MS = 20_000;
const SHORT_MS = 2_000;

/** The first run, whose outputs are compared, and the time of a second. */
function start(job) {
  return orWhyNot(async () => {
    const { name } = job.contender;
    const { task, info } = await open(job);
    await task.enter?.();
    await task.load();
    let outputs;
    const outputs_ms = await timeOf(async () => (outputs = await task.outputs()));
    const difference = first ? requireAgreement(job.work.id, first, { name, outputs }) : 0;
    first ??= { name, outputs };
    lanes.set(name, task);
    // what is read back differs from the outputs: the second of short runs has nothing left to compile
    if (outputs_ms < SHORT_MS) await task.run(1);
    const first_ms = outputs_ms > LONG_MS ? outputs_ms : await timeOf(() => task.run(1));
    return { first_ms, info: { ...info, outputs_ms, difference } };
  });
}

/**
 * One run that is not timed, where it is short, and then as many as asked for. In a run the work may be done several times before its
 * result is read back, so that what is timed is the work.
 */
async function turn(name, { runs, count, warm }) {
  const task = lanes.get(name);
  await task.enter?.();
  if (warm) await task.run(1);
  const times = [];
  for (let i = 0; i < runs; i++) times.push((await timeOf(() => task.run(count))) / count);
  return times;
}

/** The very first: weights to the device, kernels compiled, a result. */
function firstCall(job) {
  return orWhyNot(async () => {
    const { task, info } = await open(job);
    await task.enter?.();
    const load_ms = await timeOf(() => task.load());
    let outputs;
    const forward_ms = await timeOf(async () => (outputs = await task.outputs()));
    const values = Object.entries(outputs).map(([name, numbers]) => [name, [...numbers]]);
    return { first_ms: load_ms + forward_ms, info: { ...info, load_ms, forward_ms }, outputs: values };
  });
}

globalThis.bench = { adapters, start, turn, firstCall, started: forgetFiles };
