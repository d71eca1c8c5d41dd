#!/usr/bin/env node
/** The `backlight` program: `runCli` with this process's arguments and streams. */
import { reasonOf } from './files.js';
import { runCli } from './run-cli.js';

// A reader that has seen enough (`backlight classes | head`) closes the pipe: the rest of the work goes on without it.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    if (stream === process.stdout) process.stderr.write(`backlight: standard output: ${reasonOf(error)}\n`);
    process.exitCode = 2;
  });
}

/** The second Ctrl-C is no longer heard, and ends the process at once. */
function onInterrupt(callback: () => void): () => void {
  process.once('SIGINT', callback);
  return () => process.removeListener('SIGINT', callback);
}

const { stdout, stderr, env } = process;
const code = await runCli(process.argv.slice(2), { stdout, stderr, env, cwd: process.cwd(), onInterrupt });
process.exitCode ??= code;
