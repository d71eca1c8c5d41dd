/**
 * The works in the browser: all contenders in one page, in turns, in an order that changes from round to round; or, for
 * first calls, each in a browser that was just started, in turns too.
 */
import { requireAgreement } from '../lib/agreement.js';
import { roundOrder, runsPerTurn } from '../lib/rounds.js';
import { median } from '../lib/statistics.js';
import { launch } from './chromium.js';
import { PageSession } from './page-session.js';

/** A software adapter takes long for what a GPU does in milliseconds: who has spent this takes no part in later rounds. */
const SPENT_MS = 45_000;

/** @param {number} ms of one run */
const mostRounds = (ms) => Math.ceil(SPENT_MS / ms);

/** Runs shorter than this are preceded by one that is not timed. */
const SHORT_MS = 2_000;

/** How long a convolution is done again and again before one number of its result is read, and how often at most. */
const REPEATED_MS = 1_000;
const MOST_REPEATS = 50;

/** First calls take a browser each. */
const MOST_FRESH_ROUNDS = 3;

/**
 * @typedef {object} BrowserRun what a whole run shares
 * @property {string} url
 * @property {{ hardware: boolean, headed: boolean }} how the browser was started
 * @property {import('../lib/data.js').Sizes} sizes
 * @property {number} rounds
 * @property {(text: string) => void} step is told what is going on
 * @property {(text: string) => void} broken is told of a contender that could not be measured
 *
 * @typedef {object} Measured
 * @property {string} name
 * @property {number[]} times milliseconds, one for each round that it took part in, from the first on
 * @property {object} info
 * @property {string} [cannot] why there are none
 */

const entryOf = (contender) => ({ contender, name: contender.name, times: [], info: {} });
const resultOf = ({ name, times, info, cannot }) => ({ name, times, info, ...(cannot ? { cannot } : {}) });
const jobOf = ({ contender }, work, { sizes }) => ({ contender, work, sizes });

/** Runs `body`; what it throws is the entry's end, and the others go on. */
async function orBroken(work, entry, run, body) {
  try {
    await body();
  } catch (error) {
    entry.cannot = `broke: ${error.message}`;
    entry.times = [];
    run.broken(`${work.id}: ${entry.name} ${error.message}`);
  }
}

/**
 * @param {import('./works.js').BrowserWork} work
 * @param {readonly import('./contenders.js').BrowserContender[]} contenders
 * @param {BrowserRun} run
 * @returns {Promise<Measured[]>}
 */
export async function raceInPage(work, contenders, run) {
  const entries = contenders.map(entryOf);
  // each work has a browser of its own: what one leaves behind, or breaks, is not the next one's
  const browser = await launch(run.how);
  try {
    const page = await PageSession.open(browser, run.url);
    for (const entry of entries) {
      run.step(`${work.id}: ${entry.name} starts`);
      await orBroken(work, entry, run, () => start(page, entry));
    }
    await page.ask('started');
    for (let round = 0; round < run.rounds; round++) {
      const racing = entries.filter(({ cannot, most }) => !cannot && round < most);
      for (const place of roundOrder(round, racing.length)) {
        const entry = racing[place];
        run.step(`${work.id}, round ${round + 1}/${run.rounds}: ${entry.name}`);
        await orBroken(work, entry, run, () => turn(page, entry));
      }
    }
    return entries.map(resultOf);
  } finally {
    await browser.close();
  }

  async function start(page, entry) {
    const { cannot, first_ms, info } = await page.ask('start', jobOf(entry, work, run));
    entry.cannot = cannot;
    if (cannot) return;
    entry.info = info;
    // waiting for a result takes as long as a single convolution on a GPU; for a network it is nothing
    const count = work.shape ? Math.min(MOST_REPEATS, Math.ceil(REPEATED_MS / first_ms)) : 1;
    entry.turn = { count, runs: runsPerTurn(count * first_ms), warm: first_ms < SHORT_MS };
    entry.most = mostRounds(first_ms);
  }

  async function turn(page, entry) {
    entry.times.push(median(await page.ask('turn', entry.name, entry.turn)));
  }
}

/**
 * @param {import('./works.js').BrowserWork} work
 * @param {readonly import('./contenders.js').BrowserContender[]} contenders
 * @param {BrowserRun} run
 * @returns {Promise<Measured[]>}
 */
export async function firstCalls(work, contenders, run) {
  const entries = contenders.map(entryOf);
  const rounds = Math.min(run.rounds, MOST_FRESH_ROUNDS);
  let first = null;
  for (let round = 0; round < rounds; round++) {
    const racing = entries.filter(({ cannot, most = 1 }) => !cannot && round < most);
    for (const place of roundOrder(round, racing.length)) {
      const entry = racing[place];
      run.step(`${work.id}, round ${round + 1}/${rounds}: ${entry.name}`);
      await orBroken(work, entry, run, () => firstCall(entry));
    }
  }
  return entries.map(resultOf);

  async function firstCall(entry) {
    const browser = await launch(run.how);
    try {
      const page = await PageSession.open(browser, run.url);
      const { cannot, first_ms, info, outputs } = await page.ask('firstCall', jobOf(entry, work, run));
      entry.cannot = cannot;
      if (cannot) return;
      entry.times.push(first_ms);
      entry.most = mostRounds(first_ms);
      entry.info = info;
      const computed = { name: entry.name, outputs: Object.fromEntries(outputs) };
      first ??= computed;
      requireAgreement(work.id, first, computed);
    } finally {
      await browser.close();
    }
  }
}
