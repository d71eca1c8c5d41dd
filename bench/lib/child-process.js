/** The parent's side of contenders/child.js and contenders/pytorch.py: a process that is asked and answers, and rests in between. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { clearTimeout, setTimeout } from 'node:timers';

/** Begins a line that is meant for the parent. */
export const MARK = '@bench ';

/**
 * OpenMP's threads sleep when there is nothing to do, rather than spin while another contender has its turn; and Python
 * leaves no files behind.
 */
const ENVIRONMENT = {
  OMP_WAIT_POLICY: 'PASSIVE',
  GOMP_SPINCOUNT: '0',
  KMP_BLOCKTIME: '0',
  PYTHONDONTWRITEBYTECODE: '1',
};

export class Child {
  #process;
  #stderr = '';
  /** Answers that came, and those who wait for one. */
  #answers = [];
  #waiting = [];
  #ended = null;

  /**
   * @param {string} command
   * @param {readonly string[]} args
   * @param {Readonly<Record<string, string>>} env
   */
  constructor(command, args, env = {}) {
    this.#process = spawn(command, args, {
      env: { ...process.env, ...ENVIRONMENT, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#process.stderr.on('data', (data) => (this.#stderr = (this.#stderr + data).slice(-4000)));
    // writing to a process that has died is an error of its own; its exit says more
    this.#process.stdin.on('error', () => undefined);
    createInterface({ input: this.#process.stdout }).on('line', (line) => {
      if (line.startsWith(MARK)) this.#arrived(JSON.parse(line.slice(MARK.length)));
    });
    this.exit = new Promise((resolve) => {
      this.#process.on('error', (error) => this.#end(`cannot be started: ${error.message}`, resolve));
      this.#process.on('close', (code, signal) => this.#end(`ended with ${signal ?? `exit code ${code}`}`, resolve));
    });
  }

  #arrived(answer) {
    const first = this.#waiting.shift();
    if (first) first.resolve(answer);
    else this.#answers.push(answer);
  }

  #end(why, resolve) {
    this.#ended = new Error(`${why}${this.#stderr ? `\n${this.#stderr.trim()}` : ''}`);
    for (const { reject } of this.#waiting.splice(0)) reject(this.#ended);
    resolve();
  }

  /** The next answer. Rejects with the end of what the process printed when it ends without one. */
  answer() {
    if (this.#answers.length > 0) return Promise.resolve(this.#answers.shift());
    if (this.#ended) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  /** @param {object} question */
  ask(question) {
    this.#process.stdin.write(`${JSON.stringify(question)}\n`);
    return this.answer();
  }

  /** Lets it go, and waits until its memory is free. */
  async leave() {
    this.#process.stdin.end();
    const patience = setTimeout(() => this.#process.kill(), 5000);
    await this.exit;
    clearTimeout(patience);
  }
}
