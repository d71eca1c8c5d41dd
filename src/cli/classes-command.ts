/** `backlight classes`: the class names of a network, with the numbers that --class takes too. */
import { Command } from 'commander';
import type { CliIo } from './io.js';
import { readModelDescription, type ModelFlags } from './model-source.js';

export function classesCommand(io: CliIo): Command {
  return new Command('classes')
    .description('list the classes that a network tells apart')
    .option('--weights <file>', 'safetensors file (default: the weights that come with this package)')
    .option(
      '--model <name>',
      'network: vgg16, resnet18, ... or a .json file with "name" and "options"; needs no weights',
    )
    .option('--labels <file>', 'class names, one a line or a JSON array (default: those in the weight file)')
    .option('--json', 'print JSON instead of text')
    .addHelpText(
      'after',
      `
Examples:
  $ backlight classes
  $ backlight classes --model vgg16 --labels imagenet.txt | grep -i cat
  $ backlight classes --json`,
    )
    .action(async (flags: ModelFlags & { readonly json?: boolean }) => {
      const { labels } = await readModelDescription(io.cwd, flags);
      const width = String(labels.length - 1).length;
      io.stdout.write(
        flags.json
          ? `${JSON.stringify(
              labels.map((label, index) => ({ index, label })),
              null,
              2,
            )}\n`
          : labels.map((label, index) => `${String(index).padStart(width)}  ${label}\n`).join(''),
      );
    });
}
