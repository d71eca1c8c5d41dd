/** A whole run in the browser: the works one after the other, the table, the files. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { clearTimeout, setTimeout } from 'node:timers';
import { fileURLToPath } from 'node:url';
import { Data, fullSizes, quickSizes } from '../lib/data.js';
import { putInto } from '../lib/markdown.js';
import { Progress } from '../lib/progress.js';
import { tableOf } from '../lib/table.js';
import { aboutOf, adapterText, isSoftware } from './about.js';
import { bundle } from './bundle.js';
import { browserChartOf } from './chart.js';
import { launch, NoBrowser } from './chromium.js';
import { browserContenders } from './contenders.js';
import { browserMarkdownOf } from './markdown.js';
import { PageSession } from './page-session.js';
import { firstCalls, raceInPage } from './race.js';
import { browserRowsOf } from './rows.js';
import { serve } from './server.js';
import { browserWorks } from './works.js';

const RESULTS = fileURLToPath(new URL('../results/', import.meta.url));

/** A training step is of as many pictures as a software adapter can do in a few seconds. */
const BATCH = { full: 8, quick: 4 };

/**
 * @typedef {object} BrowserSettings
 * @property {readonly string[] | null} only ids; null for all
 * @property {readonly string[] | null} contenders names; null for all
 * @property {number} rounds
 * @property {string | null} json where to write the rows
 * @property {boolean | null} hardware whether to use the machine's adapter; null: if it has one
 * @property {boolean} headed
 * @property {boolean} quick
 */

/** The shape of a convolution in miniature. */
function small({ inChannels, outChannels, side }) {
  const fewer = (channels) => (channels === 3 ? 3 : Math.max(8, channels / 16));
  return { inChannels: fewer(inChannels), outChannels: fewer(outChannels), side: Math.max(8, side / 8) };
}

/** The works that are asked for; to see that everything works, one shape of each convolution. */
function planOf({ only, quick }) {
  if (only) return browserWorks.filter(({ id }) => only.includes(id)).map((work) => sized(work, quick));
  const isFirst = ({ task, kind }, place) =>
    browserWorks.findIndex((other) => other.task === task && other.kind === kind) === place;
  return browserWorks.filter((work, place) => !quick || isFirst(work, place)).map((work) => sized(work, quick));
}

const sized = (work, quick) => (quick && work.shape ? { ...work, shape: small(work.shape) } : work);

/** Where a machine has no GPU, a browser that is told to use one may never answer. */
const ANSWER_MS = 60_000;

/** What a browser that is started like this computes on. */
async function adaptersOf(how, url) {
  const browser = await launch(how);
  let silent = false;
  const timer = setTimeout(() => {
    silent = true;
    void browser.close();
  }, ANSWER_MS);
  try {
    const page = await PageSession.open(browser, url);
    return { how, adapters: await page.ask('adapters'), version: browser.version() };
  } catch (error) {
    if (!silent) throw error;
    throw new NoBrowser(`the browser did not name its adapter within ${ANSWER_MS / 1000} seconds; try --software`);
  } finally {
    clearTimeout(timer);
    await browser.close();
  }
}

/** On the adapter that is asked for, or on the best there is. */
async function chosenAdapter({ hardware, headed }, url) {
  if (hardware !== false) {
    const asked = adaptersOf({ hardware: true, headed }, url);
    const found = await (hardware ? asked : asked.catch(() => null));
    const webgl = found?.adapters.webgl;
    if (found && (hardware || (webgl && !isSoftware(webgl)))) return found;
  }
  return adaptersOf({ hardware: false, headed }, url);
}

/**
 * @param {BrowserSettings} settings
 * @returns {Promise<boolean>} whether every work could be measured
 */
export async function benchInBrowser(settings) {
  const folder = mkdtempSync(join(tmpdir(), 'backlight-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  process.once('SIGINT', () => process.exit(130));
  const sizes = settings.quick ? { ...quickSizes, batch: BATCH.quick } : { ...fullSizes, batch: BATCH.full };
  const server = await serve(await bundle(), new Data(folder, sizes));
  try {
    const { how, adapters, version } = await chosenAdapter(settings, server.url);
    const about = aboutOf(adapters, version, settings.rounds);
    console.log(`${about.browser}. ${adapterText(about)}.\n`);
    return await measureAll(settings, { how, url: server.url, sizes, about });
  } finally {
    server.close();
  }
}

async function measureAll(settings, { about, sizes, ...page }) {
  const plan = planOf(settings);
  const names = settings.contenders;
  const contenders = browserContenders.filter(({ name }) => !names || names.includes(name));
  const progress = new Progress(plan.length);
  let failures = 0;
  const broken = (message) => {
    failures++;
    progress.warn(`FAILED: ${message}`);
  };
  const run = {
    ...page,
    sizes,
    rounds: settings.rounds,
    step: (text) => progress.step(text),
    broken,
  };
  const rows = [];
  const measurements = [];
  for (const work of plan) {
    progress.begin(work.id);
    try {
      const measured = await (work.kind === 'fresh' ? firstCalls : raceInPage)(work, contenders, run);
      const done = browserRowsOf(work, measured, { batch: sizes.batch, quick: settings.quick });
      rows.push(...done);
      measurements.push({ id: work.id, contenders: measured });
      progress.print(tableOf(done, work).join('\n'));
    } catch (error) {
      broken(`${work.id}: ${error.message}`);
    }
  }
  progress.end();
  write(settings, rows, measurements, about);
  return failures === 0;
}

function write(settings, rows, measurements, about) {
  if (settings.json) {
    mkdirSync(dirname(resolve(settings.json)), { recursive: true });
    writeFileSync(settings.json, `${JSON.stringify(rows, null, 2)}\n`);
    console.log(`wrote ${settings.json}`);
  }
  if (settings.quick || rows.length === 0) return;
  const whole = !settings.only && !settings.contenders;
  const [data, picture] = whole ? [`browser-${about.date}.json`, 'browser.svg'] : ['selection.json', 'selection.svg'];
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(join(RESULTS, data), `${JSON.stringify({ ...about, rows, measurements }, null, 2)}\n`);
  writeFileSync(join(RESULTS, picture), browserChartOf(rows, about));
  console.log(`wrote bench/results/${data} and bench/results/${picture}`);
  if (!whole) return;
  const command = 'npm run bench:browser';
  putInto(new URL('../../docs/gpu.md', import.meta.url), browserMarkdownOf(rows, about), command);
  console.log('wrote the table of docs/gpu.md');
}
