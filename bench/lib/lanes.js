/** Which contenders take part in a work, and what the others' places in the table say. */
import { baselines, contenderNamed, contenders, OURS } from './contenders.js';

/**
 * @typedef {object} Lane
 * @property {import('./contenders.js').Contender} contender
 * @property {string} command
 * @property {string} work that it does
 * @property {string} [variant] of ours
 *
 * @typedef {object} Choice
 * @property {readonly string[] | null} names asked for; null for all
 * @property {string | null} python
 * @property {string | null} node24
 */

/** Node's major version from which relaxed SIMD is there, and V8 can pair SIMD operations. */
const RELAXED_MAJOR = 22;

/**
 * @param {import('./works.js').Work} work
 * @param {number} threads
 * @param {readonly number[]} allThreads of this work in this run: who has one thread runs with the fewest
 * @param {Choice} choice
 * @returns {{ ours: Lane[], theirs: Lane[], absent: { name: string, reason: string }[] }}
 */
export function lanesOf(work, threads, allThreads, { names, python, node24 }) {
  const ours = contenderNamed(OURS);
  const theirs = [];
  const absent = [];
  if (work.baseline) {
    theirs.push({
      contender: baselines.find(({ name }) => name === work.baseline),
      command: process.execPath,
      work: work.baselineWork ?? work.id,
    });
  }
  for (const contender of contenders) {
    const { name, runs, single, cannot } = contender;
    if (names && !names.includes(name)) continue;
    const reason = cannot[work.id] ?? (runs === 'python' && !python ? 'give --python PATH' : undefined);
    if (reason !== undefined) absent.push({ name, reason });
    else if (single && threads !== Math.min(...allThreads)) absent.push({ name, reason: 'has one thread' });
    else theirs.push({ contender, command: runs === 'python' ? python : process.execPath, work: work.id });
  }
  return { ours: [{ contender: ours, command: process.execPath, work: work.id }, ...variants()], theirs, absent };

  /** Ours on a newer Node, where it is measured against native ONNX Runtime. */
  function variants() {
    if (!work.variants || !theirs.some(({ contender }) => contender.name === 'onnxruntime-node')) return [];
    const here = Number(process.versions.node.split('.')[0]);
    const variant = (name) => ({ contender: ours, command: node24 ?? process.execPath, work: work.id, variant: name });
    if (node24) return [variant('relaxed'), variant('revectorize')];
    return here >= RELAXED_MAJOR ? [variant('revectorize')] : [];
  }
}
