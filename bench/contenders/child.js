/**
 * One contender with one work in a process of its own, which lives as long as the race. It talks in lines of JSON, marked
 * so that a library's own prints are no harm:
 *
 *     first                 -> { ready: { first_ms, outputs, info, max_rss } } or { cannot: 'why' }
 *     <- { runs: 3 }        -> { ms: [..], idle: 0.01 }     one untimed run, then three timed ones; idle: processors busy at rest
 *     <- end of input       it leaves
 */
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Cannot } from '../lib/cannot.js';
import { MARK } from '../lib/child-process.js';
import { peakBytes } from '../lib/peak-memory.js';
import { TensorFile } from '../lib/safetensors.js';

const job = JSON.parse(process.argv[2]);

function reply(message) {
  process.stdout.write(`${MARK}${JSON.stringify(message)}\n`);
}

/** @param {Record<string, Float32Array>} outputs */
function writeOutputs(outputs) {
  const parts = Object.values(outputs).map(
    (values) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  );
  writeFileSync(job.output, Buffer.concat(parts));
  return Object.entries(outputs).map(([name, { length }]) => ({ name, length }));
}

async function timeOf(task) {
  const start = performance.now();
  await task.run();
  return performance.now() - start;
}

/** Beyond this, the run whose outputs are compared is not done again to be timed. */
const LONG_MS = 20_000;

/** After which time a resting process is expected to have come to rest. */
const SHORT_REST_MS = 500;

async function firstTime(task, outputsMs) {
  if (task.measure) return task.measure(job.quick);
  return outputsMs > LONG_MS ? outputsMs : timeOf(task);
}

async function timesOf(task, runs) {
  if (task.measure) return [await task.measure(job.quick)];
  // the first run after a rest finds cold caches and sleeping threads, with every contender
  await task.run();
  const times = [];
  for (let i = 0; i < runs; i++) times.push(await timeOf(task));
  return times;
}

/** What a contender's program exports. @type {{ create(job: object, file: TensorFile): Promise<object> }} */
const program = await import(`./${job.program}`);

try {
  const task = await program.create(job, new TensorFile(job.tensors));
  const start = performance.now();
  const values = await task.outputs();
  const outputsMs = performance.now() - start;
  const outputs = writeOutputs(values);
  const first_ms = await firstTime(task, outputsMs);
  reply({ ready: { first_ms, outputs, info: task.info ?? {}, share: task.share ?? 1, max_rss: peakBytes() } });
  let rest = { cpu: process.cpuUsage(), time: performance.now() };
  for await (const line of createInterface({ input: process.stdin })) {
    const used = process.cpuUsage(rest.cpu);
    const rested = performance.now() - rest.time;
    const idle = rested > SHORT_REST_MS ? (used.user + used.system) / 1000 / rested : 0;
    reply({ ms: await timesOf(task, JSON.parse(line).runs), idle });
    rest = { cpu: process.cpuUsage(), time: performance.now() };
  }
  process.exit();
} catch (error) {
  if (!(error instanceof Cannot)) throw error;
  reply({ cannot: error.message });
  process.exit();
}
