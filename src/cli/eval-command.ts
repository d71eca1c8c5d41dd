/** `backlight eval`: its options and their help. */
import { Command } from 'commander';
import { runEval, type EvalFlags } from './eval-run.js';
import type { CliIo } from './io.js';

export function evalCommand(io: CliIo): Command {
  return new Command('eval')
    .description(
      'measure a network: accuracy, confusion, calibration, and whether its heat maps find what they are asked for',
    )
    .option('--data <folder>', "CIFAR-10's binary files, or one subfolder of PNG and JPEG files a class")
    .option('--weights <file>', 'safetensors file (default: the weights that come with this package)')
    .option('--model <name>', 'network, where the weight file does not name it')
    .option('--labels <file>', 'class names, one a line or a JSON array (default: those in the weight file)')
    .option('--preprocess <name>', 'imagenet, caffe, cifar10 or a .json file (default: that of the weight file)')
    .option(
      '--size <pixels>',
      'side of the images that pictures of a folder are scaled to (default: that of --preprocess)',
    )
    .option('--mosaics <number>', 'mosaics of the grid game; 0: do not play', '1000')
    .option('--layer <name>', 'layer that Grad-CAM looks at in the game (default: as backlight explain)')
    .option('--picture <file>', 'write some mosaics with their maps to this PNG')
    .option('--threads <number>', 'default: the cores, up to 8')
    .option('--json', 'print JSON instead of text')
    .addHelpText(
      'after',
      `
The grid game puts four test images of different classes into one mosaic, 2x2, and asks for the map of each class. Pointing
is the share of maps whose maximum lies in the right cell (chance: 25 %), energy the share of the map that does.

Examples:
  $ backlight eval --data cifar-10-batches-bin
  $ backlight eval --data flowers-test --weights flowers-model/weights.safetensors --mosaics 0
  $ backlight eval --picture mosaics.png --json > report.json`,
    )
    .action((flags: EvalFlags) => runEval(flags, io));
}
