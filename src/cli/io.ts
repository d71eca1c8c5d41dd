/** What a command may touch of the process, so that tests can run it in theirs. */

/** An output stream: `process.stdout`, or a list of strings in a test. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  getColorDepth?(env?: CliIo['env']): number;
}

export interface CliIo {
  readonly stdout: Output;
  readonly stderr: Output;
  /** What relative paths start from. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Calls back when the user wants an end (Ctrl-C), once. @returns what stops listening */
  onInterrupt?(callback: () => void): () => void;
}

/** Characters in a line. A terminal that does not know its size says 0. */
export function columnsOf({ columns }: Output, unknown = 80): number {
  return columns !== undefined && columns > 0 ? columns : unknown;
}

/** How many colours to use: 24 bits, 256 of them, or none (not a terminal, or NO_COLOR is set). */
export type ColorMode = '24bit' | '256' | 'none';

/** https://no-color.org: any value of NO_COLOR but the empty one turns colours off. */
export function colorMode(output: Output, env: CliIo['env']): ColorMode {
  if (!output.isTTY || (env.NO_COLOR ?? '') !== '' || env.TERM === 'dumb') return 'none';
  const bits = output.getColorDepth?.(env) ?? 8;
  if (bits >= 24) return '24bit';
  return bits >= 8 ? '256' : 'none';
}

/** Texts in a terminal's styles, or as they are without colours. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  accent(text: string): string;
}

export function styleFor(mode: ColorMode): Style {
  const wrap = (code: string, end: string) => (text: string) =>
    mode === 'none' ? text : `\u001b[${code}m${text}\u001b[${end}m`;
  return { bold: wrap('1', '22'), dim: wrap('2', '22'), accent: wrap('33', '39') };
}

/** One line on standard error that says what is being done, where that is a terminal; it vanishes when it is over. */
export class StatusLine {
  readonly #output: Output;
  #shown = false;

  constructor(output: Output) {
    this.#output = output;
  }

  show(text: string): void {
    if (!this.#output.isTTY) return;
    const room = Math.max(10, columnsOf(this.#output) - 1);
    this.#output.write(`\r\u001b[K${text.length > room ? `${text.slice(0, room - 2)}..` : text}`);
    this.#shown = true;
  }

  clear(): void {
    if (this.#shown) this.#output.write('\r\u001b[K');
    this.#shown = false;
  }
}
