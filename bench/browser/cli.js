/** The command line: `npm run bench:browser -- --help`. */
import { Command, Option } from 'commander';
import { parsed } from '../lib/parsed.js';
import { parseContenders, parseIds, parseRounds } from '../lib/settings.js';
import { benchInBrowser } from './bench.js';
import { NoBrowser } from './chromium.js';
import { browserContenders } from './contenders.js';
import { browserWorks } from './works.js';

const ROUNDS = 5;

const ids = browserWorks.map(({ id }) => id);

function listing() {
  const width = Math.max(...ids.map(({ length }) => length));
  const works = browserWorks.map(({ id, title }) => `  ${id.padEnd(width)}  ${title}`);
  const names = browserContenders.map(({ name, short }) => `  ${short.padEnd(width)}  ${name}`);
  return ['works:', ...works, 'contenders:', ...names].join('\n');
}

const program = new Command('npm run bench:browser --')
  .description("Measures Backlight next to TensorFlow.js in the system's Chromium, in turns, in one page.")
  .option(
    '--only <ids>',
    'works, separated by commas (default: all; see --list)',
    parsed((text) => parseIds(text, ids)),
  )
  .option(
    '--contenders <names>',
    'contenders, separated by commas (default: all; see --list)',
    parsed((text) => parseContenders(text, browserContenders)),
  )
  .option('--rounds <count>', `rounds (default: ${ROUNDS})`, parsed(parseRounds))
  .option('--json <file>', 'write the rows to a file')
  .addOption(new Option('--hardware', "use the machine's adapter").conflicts('software'))
  .option('--software', 'use a software adapter (default: where there is no other)')
  .option('--headed', 'show the browser', false)
  .option('--quick', 'only see that everything works: small sizes, one round', false)
  .option('--list', 'print works and contenders, and end')
  .addOption(new Option('--no-build', 'use dist/ as it is'))
  .parse();

const options = program.opts();
if (options.list) {
  console.log(listing());
} else {
  try {
    process.exitCode = (await benchInBrowser({
      only: options.only ?? null,
      contenders: options.contenders ?? null,
      rounds: options.rounds ?? (options.quick ? 1 : ROUNDS),
      json: options.json ?? null,
      hardware: options.hardware ? true : options.software ? false : null,
      headed: options.headed,
      quick: options.quick,
    }))
      ? 0
      : 1;
  } catch (error) {
    if (!(error instanceof NoBrowser)) throw error;
    console.error(`bench: ${error.message}`);
    process.exitCode = 1;
  }
}
