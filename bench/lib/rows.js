/** From measurements to the rows of the table and of the JSON file. */
import { OURS } from './contenders.js';
import { median, middleHalf, pairedRatios } from './statistics.js';
import { SET_TRAFFIC, trafficPerNumber } from './works.js';

const MB = 1e6;

/**
 * @typedef {object} Row
 * @property {string} id
 * @property {string} contender
 * @property {number} threads
 * @property {string} [variant] of ours, where it is not the usual one
 * @property {number | null} median_ms the contender's
 * @property {number | null} ours_median_ms
 * @property {[number, number] | null} spread the middle half of the ratios within rounds
 * @property {number | null} ratio the contender's time divided by ours (above 1: ours is faster), the median over the rounds
 * @property {number} [rounds] that the ratio is from, where one of the two took part in fewer
 * @property {number} [median_mb] for memory, in place of milliseconds
 * @property {number} [ours_median_mb]
 * @property {number} [gb_per_s] bytes read and written
 * @property {number} [ours_gb_per_s]
 * @property {number} [images_per_s]
 * @property {number} [ours_images_per_s]
 * @property {number} [goal]
 * @property {number} [floor]
 * @property {string} [reason] why there are no numbers
 */

/**
 * The rows of one work with one number of threads.
 * @param {import('./works.js').Work} work
 * @param {number} threads
 * @param {{ measured: import('./race.js').Measured[], absent: { name: string, reason: string }[], sizes: import('./data.js').Sizes, quick: boolean }} results
 * @returns {Row[]}
 */
export function rowsOf(work, threads, { measured, absent, sizes, quick }) {
  const isOurs = ({ lane }) => lane.contender.name === OURS && lane.work === work.id;
  const theirs = measured.filter((one) => !isOurs(one));
  const rows = measured.filter(isOurs).flatMap((ours) => {
    const against = ours.lane.variant
      ? theirs.filter(({ lane }) => lane.contender.name === 'onnxruntime-node')
      : theirs;
    return against.map((other) => rowOf(work, threads, ours, other, { sizes, quick }));
  });
  return [...rows, ...absent.map(({ name, reason }) => empty(work.id, name, threads, reason))];
}

const empty = (id, contender, threads, reason, variant) => ({
  id,
  contender,
  threads,
  ...(variant ? { variant } : {}),
  median_ms: null,
  ours_median_ms: null,
  spread: null,
  ratio: null,
  reason,
});

function rowOf(work, threads, ours, theirs, { sizes, quick }) {
  const contender = theirs.lane.contender.name;
  const { variant } = ours.lane;
  const reason = ours.cannot ?? theirs.cannot;
  if (reason !== undefined) return empty(work.id, contender, threads, reason, variant);
  const [mine, yours] = [median(ours.times), median(theirs.times)];
  const factor = trafficFactor(work.id, contender);
  // who ran once is compared with our median
  const ratios =
    theirs.times.length === ours.times.length
      ? pairedRatios(theirs.times, ours.times)
      : theirs.times.map((t) => t / mine);
  // goals are for the full sizes
  const isGoal = (one) => one.contender === contender && one.threads === threads && one.variant === variant;
  const goal = quick ? undefined : work.goals.find(isGoal);
  const inMs = work.kind !== 'memory';
  return {
    id: work.id,
    contender,
    threads,
    ...(variant ? { variant } : {}),
    median_ms: inMs ? yours : null,
    ours_median_ms: inMs ? mine : null,
    spread: middleHalf(ratios).map((ratio) => ratio * factor),
    ratio: median(ratios) * factor,
    ...(theirs.times.length < ours.times.length ? { rounds: theirs.times.length } : {}),
    ...(inMs ? {} : { median_mb: yours / MB, ours_median_mb: mine / MB }),
    ...ratesOf(work.id, contender, [yours, mine], sizes),
    ...(goal ? { goal: goal.goal, floor: goal.floor } : {}),
  };
}

/** Where rates of bytes are compared, more bytes were moved by one of the two. */
function trafficFactor(id, contender) {
  return contender === 'Float32Array.set' ? trafficPerNumber[id] / SET_TRAFFIC : 1;
}

function ratesOf(id, contender, times, { rows, columns, batch }) {
  if (id === 'train-step-cifar-vgg') {
    const [images_per_s, ours_images_per_s] = times.map((ms) => (1000 * batch) / ms);
    return { images_per_s, ours_images_per_s };
  }
  const ours = trafficPerNumber[id];
  if (ours === undefined) return {};
  const theirs = contender === 'Float32Array.set' ? SET_TRAFFIC : ours;
  const [gb_per_s, ours_gb_per_s] = [theirs, ours].map((numbers, i) => (numbers * 4 * rows * columns) / times[i] / 1e6);
  return { gb_per_s, ours_gb_per_s };
}
