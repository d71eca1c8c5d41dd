/**
 * Runs one page in a browser of its own and prints what it tells. Everything that goes wrong is a failure: a failed assertion, an
 * exception that nobody caught, an error in the console, a page that crashes, and one that goes on past its deadline.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { launch } from './chromium.js';

/** So long a page may say nothing. */
const SILENCE_MINUTES = 10;

/** So many failures of one test are printed. */
const MOST_SHOWN = 8;

const indented = (text) => text.replaceAll(/^/gm, '    ');

/** What a page has told so far. */
class Progress {
  pass = 0;
  fail = 0;
  backend = '';
  test = 'none yet';
  done = false;
  heard = performance.now();
  /** How many failures of each test were printed. */
  #shown = new Map();

  constructor(page) {
    this.page = page;
  }

  failed(test, text) {
    this.fail++;
    const shown = (this.#shown.get(test) ?? 0) + 1;
    this.#shown.set(test, shown);
    if (shown === MOST_SHOWN + 1) console.log(`# more of ${test} failed`);
    if (shown > MOST_SHOWN) return;
    console.log(`not ok - ${this.page.name}: ${test}\n${indented(text.trimEnd())}`);
  }

  hear({ kind, test, text, count }) {
    this.heard = performance.now();
    if (kind === 'started') this.test = test;
    else if (kind === 'passed') this.pass += count;
    else if (kind === 'failed') this.failed(test, text);
    else if (kind === 'comment') console.log(`# ${test}: ${text}`);
    else if (kind === 'backend') this.backend = text;
    else if (kind === 'file') this.test = text;
    else if (kind === 'done') this.done = true;
  }
}

/** Console errors that the page is meant to have are passes, each of which must come; others are failures. */
class ExpectedErrors {
  #patterns;
  #seen = new Set();

  constructor(patterns) {
    this.#patterns = patterns;
  }

  expects(text) {
    const pattern = this.#patterns.find((pattern) => pattern.test(text));
    if (pattern) this.#seen.add(pattern);
    return pattern !== undefined;
  }

  count(progress) {
    for (const pattern of this.#patterns) {
      if (this.#seen.has(pattern)) progress.pass++;
      else progress.failed('the console', `expected an error like ${pattern}, got none`);
    }
  }
}

function listen(tab, progress, expected) {
  const during = () => `during ${progress.test}`;
  tab.on('console', (message) => {
    const text = `${message.text()} (${message.location().url})`;
    if (message.type() === 'error' && !expected.expects(text)) progress.failed(during(), `console error: ${text}`);
  });
  tab.on('pageerror', (error) => progress.failed(during(), `nobody caught: ${error.stack || error.message || error}`));
  tab.on('crash', () => {
    progress.failed(during(), 'the page crashed');
    progress.done = true;
  });
}

/** Waits until the page is done, and fails it where it never will be. */
async function wait(progress, { minutes }, browser) {
  const began = performance.now();
  while (!progress.done) {
    await sleep(50);
    const since = (start) => (performance.now() - start) / 60_000;
    const late = since(began) > minutes ? `${minutes} minutes` : null;
    const silent = since(progress.heard) > SILENCE_MINUTES ? `${SILENCE_MINUTES} minutes of silence` : null;
    if (!browser.isConnected()) return progress.failed(`during ${progress.test}`, 'the browser is gone');
    if (late || silent) return progress.failed(progress.test, `the page hangs: it was stopped after ${late ?? silent}`);
  }
}

/** @returns how many assertions passed and failed */
export async function runPage(page, origin, options) {
  const progress = new Progress(page);
  const expected = new ExpectedErrors(page.expectedErrors);
  const began = performance.now();
  const browser = await launch({ ...options, mode: page.mode });
  try {
    const tab = await browser.newPage();
    listen(tab, progress, expected);
    await tab.exposeFunction('tellRunner', (message) => progress.hear(JSON.parse(message)));
    const address = new URL(page.path, origin);
    for (const name of ['backend', 'mode', 'tolerance']) address.searchParams.set(name, page[name]);
    for (const file of page.files) address.searchParams.append('file', file);
    await tab.goto(address.href);
    await wait(progress, page, browser);
  } catch (error) {
    progress.failed(`during ${progress.test}`, error.stack ?? String(error));
  } finally {
    await Promise.race([browser.close(), sleep(10_000, undefined, { ref: false })]);
  }
  expected.count(progress);
  if (progress.pass + progress.fail === 0) progress.failed(page.name, 'expected assertions, got none');
  const { pass, fail, backend } = progress;
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(
    `${fail ? 'not ok' : 'ok'} - ${page.name}: ${pass} passed, ${fail} failed, ${seconds} s${backend && `; ${backend}`}`,
  );
  return { pass, fail };
}
