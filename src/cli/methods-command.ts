/** `backlight methods`: the ways to explain, and the colours to do it in. */
import { Command } from 'commander';
import { methods } from '../cam/methods.js';
import { colorMaps } from '../image/colormaps.js';
import { colorMode, styleFor, type CliIo } from './io.js';

export function methodsCommand(io: CliIo): Command {
  return new Command('methods')
    .description('list the methods of explaining and the colour maps')
    .option('--json', 'print JSON instead of text')
    .addHelpText(
      'after',
      `
Examples:
  $ backlight methods
  $ backlight methods --json`,
    )
    .action((flags: { readonly json?: boolean }) => {
      if (flags.json) {
        io.stdout.write(`${JSON.stringify({ methods, colormaps: colorMaps }, null, 2)}\n`);
        return;
      }
      const style = styleFor(colorMode(io.stdout, io.env));
      const lines = methods.flatMap(({ name, description, source }) => [
        `${style.bold(name)}  ${style.dim(`(${source})`)}`,
        `  ${description}`,
      ]);
      io.stdout.write(`${[...lines, '', `colour maps: ${colorMaps.join(', ')}`].join('\n')}\n`);
    });
}
