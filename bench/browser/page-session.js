/** The harness's side of page/main.js: one page, which is asked and answers. */
import { clearTimeout, setTimeout } from 'node:timers';

/** A kernel that hangs must not hang the bench. */
const LIMIT_MS = 1_200_000;

export class PageSession {
  #page;

  /** @param {import('playwright-core').Browser} browser @param {string} url */
  static async open(browser, url) {
    const page = await browser.newPage();
    await page.goto(url);
    await page.waitForFunction('globalThis.bench !== undefined');
    return new PageSession(page);
  }

  constructor(page) {
    this.#page = page;
  }

  /**
   * Calls a function of the page's `bench`.
   * @param {string} name
   * @param {...unknown} args plain values
   */
  async ask(name, ...args) {
    let patience;
    const late = new Promise((_, reject) => {
      patience = setTimeout(() => reject(new Error(`took more than ${LIMIT_MS / 60_000} minutes`)), LIMIT_MS);
    });
    try {
      return await Promise.race([
        this.#page.evaluate(([name, args]) => globalThis.bench[name](...args), [name, args]),
        late,
      ]);
    } catch (error) {
      // playwright says first where it was called
      throw new Error(error.message.replace(/^page\.evaluate: (?:Error: )?/, '').split('\n')[0], { cause: error });
    } finally {
      clearTimeout(patience);
    }
  }
}
