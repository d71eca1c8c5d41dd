/** A whole run: the works one after the other, the table, the files. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chartOf } from './chart.js';
import { Data, fullSizes, quickSizes } from './data.js';
import { coldStarts, memoryPeaks } from './fresh.js';
import { lanesOf } from './lanes.js';
import { machine, versions } from './machine.js';
import { SHORT, markdownOf, putInto } from './markdown.js';
import { Progress } from './progress.js';
import { race } from './race.js';
import { rowsOf } from './rows.js';
import { tableOf } from './table.js';
import { works } from './works.js';

const RESULTS = fileURLToPath(new URL('../results/', import.meta.url));

/**
 * @typedef {object} Settings
 * @property {readonly string[] | null} only ids; null for all
 * @property {readonly string[] | null} contenders names; null for all
 * @property {readonly number[] | null} threads null for each work's own
 * @property {number} rounds
 * @property {string | null} json where to write the rows
 * @property {string | null} python
 * @property {string | null} node24
 * @property {boolean} quick
 */

/** The works with their numbers of threads. @param {Settings} settings */
function planOf({ only, threads }) {
  return works
    .filter(({ id }) => !only || only.includes(id))
    .flatMap((work) => {
      const all = threads && !work.fixedThreads ? threads : work.threads;
      return all.map((count) => ({ work, threads: count, all }));
    });
}

async function measure({ work, threads, all }, settings, run) {
  const choice = { names: settings.contenders, python: settings.python, node24: settings.node24 };
  const { ours, theirs, absent } = lanesOf(work, threads, all, choice);
  const lanes = [...ours, ...theirs];
  const measured =
    work.kind === 'race'
      ? await race(work, threads, lanes, run)
      : work.kind === 'cold'
        ? await coldStarts(work, lanes, run)
        : await memoryPeaks(work, threads, lanes, run);
  const about = measured.map(({ lane, times, info }) => ({
    contender: lane.contender.name,
    ...(lane.variant ? { variant: lane.variant } : {}),
    ...info,
    times,
  }));
  const { quick, data } = run;
  return { rows: rowsOf(work, threads, { measured, absent, sizes: data.sizes, quick }), about };
}

/**
 * @param {Settings} settings
 * @returns {Promise<boolean>} whether every work could be measured
 */
export async function bench(settings) {
  const folder = mkdtempSync(join(tmpdir(), 'backlight-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  process.once('SIGINT', () => process.exit(130));
  const plan = planOf(settings);
  const progress = new Progress(plan.length);
  let failures = 0;
  const run = {
    data: new Data(folder, settings.quick ? quickSizes : fullSizes),
    quick: settings.quick,
    rounds: settings.rounds,
    step: (text) => progress.step(text),
    warn: (text) => progress.warn(`warning: ${text}`),
    broken,
  };
  const rows = [];
  const measurements = [];
  for (const item of plan) {
    progress.begin(`${item.work.id}, threads: ${item.threads}`);
    try {
      const done = await measure(item, settings, run);
      rows.push(...done.rows);
      measurements.push({ id: item.work.id, threads: item.threads, contenders: done.about });
      progress.print(tableOf(done.rows).join('\n'));
    } catch (error) {
      broken(error.message);
    }
  }
  progress.end();
  await write(settings, rows, measurements);
  return failures === 0;

  function broken(message) {
    failures++;
    progress.warn(`FAILED: ${message}`);
  }
}

async function write(settings, rows, measurements) {
  if (settings.json) {
    mkdirSync(dirname(resolve(settings.json)), { recursive: true });
    writeFileSync(settings.json, `${JSON.stringify(rows, null, 2)}\n`);
    console.log(`wrote ${settings.json}`);
  }
  if (settings.quick || rows.length === 0) return;
  const date = new Date().toISOString().slice(0, 10);
  const about = { date, rounds: settings.rounds, machine: machine(), versions: versions(measurements) };
  const whole = !settings.only && !settings.contenders && !settings.threads;
  const [data, picture] = whole ? [`${date}.json`, 'chart.svg'] : ['selection.json', 'selection.svg'];
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(join(RESULTS, data), `${JSON.stringify({ ...about, rows, measurements }, null, 2)}\n`);
  writeFileSync(join(RESULTS, picture), chartOf(rows, about));
  console.log(`wrote bench/results/${data} and bench/results/${picture}`);
  // with PyTorch and a newer Node it is everything there is to show
  if (!whole || !settings.python || !settings.node24) return;
  putInto(new URL('../../README.md', import.meta.url), markdownOf(rows, about, SHORT));
  putInto(new URL('../../docs/performance.md', import.meta.url), markdownOf(rows, about));
  console.log('wrote the tables of README.md and docs/performance.md');
}
