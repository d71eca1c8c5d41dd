/** The command line: `npm run bench -- --help`. */
import { existsSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { bench } from './lib/bench.js';
import { baselines, contenders } from './lib/contenders.js';
import { parsed } from './lib/parsed.js';
import { parseContenders, parseIds, parseRounds, parseThreads } from './lib/settings.js';
import { works } from './lib/works.js';

const ROUNDS = 7;

function existing(path) {
  if (existsSync(path) || !/[\\/]/.test(path)) return path;
  throw new InvalidArgumentError(`there is no file ${path}`);
}

function listing() {
  const width = Math.max(...works.map(({ id }) => id.length));
  const lines = works.map(
    ({ id, title, threads }) => `  ${id.padEnd(width)}  ${title} (threads: ${threads.join(', ')})`,
  );
  const names = [...contenders, ...baselines].map(({ name }) => `  ${name}`);
  return ['works:', ...lines, 'contenders:', ...names].join('\n');
}

const program = new Command('npm run bench --')
  .description('Measures Backlight next to other engines, in turns, on this machine.')
  .option('--only <ids>', 'works, separated by commas (default: all; see --list)', parsed(parseIds))
  .option('--contenders <names>', 'contenders, separated by commas (default: all)', parsed(parseContenders))
  .option('--threads <counts>', "numbers of threads, as in 1,2 (default: each work's own)", parsed(parseThreads))
  .option('--rounds <count>', `rounds (default: ${ROUNDS})`, parsed(parseRounds))
  .option('--json <file>', 'write the rows to a file')
  .option('--python <path>', 'an interpreter that has PyTorch, for the contender pytorch', existing)
  .option('--node24 <path>', 'a Node of version 24, to measure ours with relaxed SIMD there too', existing)
  .option('--quick', 'only see that everything works: small sizes, one round', false)
  .option('--list', 'print works and contenders, and end')
  .addOption(new Option('--no-build', 'use dist/ as it is'))
  .parse();

const options = program.opts();
if (options.list) {
  console.log(listing());
} else {
  const done = await bench({
    only: options.only ?? null,
    contenders: options.contenders ?? null,
    threads: options.threads ?? null,
    rounds: options.rounds ?? (options.quick ? 1 : ROUNDS),
    json: options.json ?? null,
    python: options.python ?? null,
    node24: options.node24 ?? null,
    quick: options.quick,
  });
  process.exitCode = done ? 0 : 1;
}
