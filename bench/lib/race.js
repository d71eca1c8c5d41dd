/**
 * The paired harness: contenders take turns, round after round, each in a process that lives for the whole race and
 * rests between its turns. A machine whose speed drifts (heat, neighbours) then slows all of them alike, and the ratio
 * of two times of one round says more than the times.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { requireAgreement } from './agreement.js';
import { Child } from './child-process.js';
import { isTimedOnce, roundOrder, runsPerTurn } from './rounds.js';
import { median } from './statistics.js';
import { workNamed } from './works.js';

/** The part of a processor that a resting contender may use before it is reported. */
const REST = 0.1;

/**
 * @typedef {object} Run what a whole run of the bench shares
 * @property {import('./data.js').Data} data
 * @property {boolean} quick
 * @property {number} rounds
 * @property {(text: string) => void} step is told what is going on
 * @property {(text: string) => void} warn
 * @property {(text: string) => void} broken is told of a contender that could not be measured
 *
 * @typedef {object} Measured
 * @property {import('./lanes.js').Lane} lane
 * @property {number[]} times milliseconds, one for each round; one alone for who takes too long for more
 * @property {object} info
 * @property {string} [cannot] why there are none
 */

const inBench = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** Starts a lane's process and waits for its first outputs. */
export async function startLane(lane, threads, run) {
  const { contender } = lane;
  const work = workNamed(lane.work);
  const job = {
    work: lane.work,
    threads,
    program: contender.program,
    variant: lane.variant,
    quick: run.quick,
    sizes: run.data.sizes,
    tensors: run.data.tensors(work.data),
    output: join(run.data.folder, 'output.bin'),
    ...(contender.name.startsWith('onnxruntime') ? { model: await run.data.model(lane.work, work.data) } : {}),
  };
  const script = inBench(contender.runs === 'python' ? 'contenders/pytorch.py' : 'contenders/child.js');
  const child = new Child(lane.command, [script, JSON.stringify(job)], { OMP_NUM_THREADS: String(threads) });
  const { ready, cannot } = await child.answer();
  return { child, cannot, ready, outputs: ready ? readOutputs(job.output, ready.outputs) : {} };
}

function readOutputs(path, listed) {
  const bytes = readFileSync(path);
  let at = bytes.byteOffset;
  return Object.fromEntries(
    listed.map(({ name, length }) => {
      const values = new Float32Array(bytes.buffer.slice(at, at + 4 * length));
      at += 4 * length;
      return [name, values];
    }),
  );
}

export const label = ({ contender, variant }) => contender.name + (variant ? ` (${variant})` : '');

/**
 * Compares a lane's first outputs with ours. What does another work, or copies memory, has nothing to compare.
 * @param {import('./works.js').Work} work
 */
function check(work, first, other) {
  const { lane } = other;
  if (lane.work !== work.id || lane.contender.name === 'Float32Array.set') return;
  const [ours, theirs] = [first, other].map(({ lane, started }) => ({ name: label(lane), outputs: started.outputs }));
  requireAgreement(work.id, ours, theirs);
}

/**
 * @param {import('./works.js').Work} work
 * @param {number} threads
 * @param {readonly import('./lanes.js').Lane[]} lanes ours first
 * @param {Run} run
 * @returns {Promise<Measured[]>} in the lanes' order
 */
export async function race(work, threads, lanes, run) {
  const entries = [];
  try {
    for (const lane of lanes) {
      const entry = { lane, times: [], info: {}, started: null };
      entries.push(entry);
      await start(entry);
    }
    const racing = entries.filter(({ times, started }) => times.length === 0 && !started.cannot);
    for (let round = 0; round < run.rounds; round++) {
      for (const place of roundOrder(round, racing.length)) await turn(racing[place], round);
    }
    return entries.map(({ lane, times, info, started }) => ({ lane, times, info, cannot: started.cannot }));
  } finally {
    await Promise.all(entries.map(({ started }) => started?.child?.leave()));
  }

  async function start(entry) {
    run.step(`${work.id}, ${threads} threads: ${label(entry.lane)} starts`);
    try {
      entry.started = await startLane(entry.lane, threads, run);
    } catch (error) {
      const message = `${work.id}: ${label(entry.lane)} ${error.message}`;
      // without ours there is nothing to compare with; without one of the others there is
      if (entry === entries[0]) throw new Error(message, { cause: error });
      entry.started = { cannot: `broke: ${error.message.split('\n')[0]}` };
      run.broken(message);
    }
    if (entry.started.cannot) return;
    const { info, first_ms, share } = entry.started.ready;
    entry.info = info;
    if (entry !== entries[0]) check(work, entries[0], entry);
    entry.runs = runsPerTurn(first_ms);
    if (entry !== entries[0] && isTimedOnce(first_ms)) {
      entry.times = [first_ms / share];
      await entry.started.child.leave();
    }
  }

  async function turn(entry, round) {
    run.step(`${work.id}, ${threads} threads, round ${round + 1}/${run.rounds}: ${label(entry.lane)}`);
    const { ms, idle } = await entry.started.child.ask({ runs: entry.runs });
    entry.times.push(median(ms) / entry.started.ready.share);
    if (idle > REST) run.warn(`${label(entry.lane)} kept ${idle.toFixed(2)} of a processor busy while others ran`);
  }
}
