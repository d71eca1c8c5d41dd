/** Works that are measured from outside, in fresh processes: how fast one starts, how much memory one takes. */
import { fileURLToPath } from 'node:url';
import { relativeDifference, TOLERANCE } from './agreement.js';
import { Child, MARK } from './child-process.js';
import { memoryLimit } from './networks.js';
import { label, startLane } from './race.js';
import { roundOrder } from './rounds.js';
import { COLD_START_LIMIT_MS } from './works.js';

/** Peaks of memory hardly differ. */
export const MEMORY_ROUNDS = 3;

/** Programs that do nothing but answer: at once, or with the peak of their own memory (see peak-memory.js). */
const EMPTY = {
  node: {
    answer: ['-e', `process.stdout.write('${MARK}{}\\n')`],
    memory: [
      '-e',
      `import(${JSON.stringify(new URL('peak-memory.js', import.meta.url).href)}).then(({ peakBytes }) =>
        process.stdout.write('${MARK}' + JSON.stringify({ max_rss: peakBytes() }) + '\\n'))`,
    ],
  },
  python: {
    answer: ['-c', `print('${MARK}{}', flush=True)`],
    memory: [
      '-c',
      `import json, sys; sys.path.insert(0, ${JSON.stringify(fileURLToPath(new URL('../contenders', import.meta.url)))})
from peak_memory import peak_bytes
print('${MARK}' + json.dumps({'max_rss': peak_bytes()}), flush=True)`,
    ],
  },
};

/** @returns {Promise<{ ms: number, answer: object }>} milliseconds from the start of the process to its answer */
async function startAndAnswer(command, args) {
  const start = performance.now();
  const child = new Child(command, args);
  const answer = await child.answer();
  const ms = performance.now() - start;
  await child.leave();
  return { ms, answer };
}

const emptyProcess = ({ command, contender }, does) => startAndAnswer(command, EMPTY[contender.runs][does]);

/**
 * cold-start: from the start of a process to its first result, less the same for an empty process right before it.
 * @param {import('./works.js').Work} work
 * @param {readonly import('./lanes.js').Lane[]} lanes ours first
 * @param {import('./race.js').Run} run
 * @returns {Promise<import('./race.js').Measured[]>}
 */
export async function coldStarts(work, lanes, run) {
  const model = await run.data.model(work.id, work.data);
  const results = lanes.map((lane) => ({ lane, times: [], info: {} }));
  let expected = null;
  // the first round is not counted: it reads the files from disk
  for (let round = -1; round < run.rounds; round++) {
    for (const place of roundOrder(Math.max(round, 0), lanes.length)) {
      const { lane, times } = results[place];
      run.step(`${work.id}, round ${round + 1}/${run.rounds}: ${label(lane)}`);
      const ms = lane.contender.name === 'limit' ? COLD_START_LIMIT_MS : await coldStart(lane);
      if (round >= 0) times.push(ms);
    }
  }
  return results;

  async function coldStart(lane) {
    const script = fileURLToPath(new URL(`../contenders/cold/${lane.contender.cold}`, import.meta.url));
    const empty = await emptyProcess(lane, 'answer');
    const { ms, answer } = await startAndAnswer(lane.command, [script, model]);
    const head = Float32Array.from(answer.head);
    expected ??= head;
    if (!(relativeDifference(head, expected) <= TOLERANCE)) {
      throw new Error(
        `${work.id}: ${label(lane)} disagrees with ${label(lanes[0])}: ${answer.head} against ${[...expected]}`,
      );
    }
    return ms - empty.ms;
  }
}

/**
 * memory-vgg16-grad-cam: the resident peak of a process that loads the network and makes a map twice, less that of an
 * empty one. `times` are bytes here.
 * @param {import('./works.js').Work} work
 * @param {number} threads
 * @param {readonly import('./lanes.js').Lane[]} lanes ours first
 * @param {import('./race.js').Run} run
 * @returns {Promise<import('./race.js').Measured[]>}
 */
export async function memoryPeaks(work, threads, lanes, run) {
  const rounds = Math.min(run.rounds, MEMORY_ROUNDS);
  const results = lanes.map((lane) => ({ lane, times: [], info: {} }));
  for (let round = 0; round < rounds; round++) {
    for (const result of results) {
      const { lane, times } = result;
      run.step(`${work.id}, round ${round + 1}/${rounds}: ${label(lane)}`);
      times.push(lane.contender.name === 'limit' ? memoryLimit(run.data.sizes.vgg) : await peak(result));
    }
  }
  return results;

  async function peak(result) {
    const { answer } = await emptyProcess(result.lane, 'memory');
    const { child, ready } = await startLane(result.lane, threads, run);
    await child.leave();
    result.info = ready.info;
    return ready.max_rss - answer.max_rss;
  }
}
