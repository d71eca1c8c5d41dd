/** `backlight train`: its options and their help. */
import { Command } from 'commander';
import { defaultSettings, scheduleNames } from '../training/settings.js';
import type { CliIo } from './io.js';
import { runTrain } from './train-run.js';
import { trainedRate, type TrainFlags } from './train-settings.js';

const defaultCfg = '32,64,M,128,128,M,256,256';

export function trainCommand(io: CliIo): Command {
  const { epochs, batchSize, lr, schedule, weightDecay, labelSmoothing, mapLoss, average, seed, augmentation } =
    defaultSettings;
  const { crop, cutout, zoom, zoomShare } = augmentation;
  return new Command('train')
    .description('train a network on CIFAR-10 or on a folder of pictures by class')
    .option('--data <folder>', "CIFAR-10's binary files, or one subfolder of PNG and JPEG files a class")
    .option('--test <folder>', 'pictures to test on, in subfolders of the same names (default: some of --data)')
    .option('--hold-out <share>', 'how many of --data to test on, where --test is not given', '0.1')
    .option('--size <pixels>', 'side of the images that pictures of a folder are scaled to', '64')
    .option('--cfg <list>', 'a VGG: channels of its 3x3 convolutions, and M for pooling', defaultCfg)
    .option('--model <file>', 'instead of --cfg: a .json file with "name" and "options", or a name such as vgg11_bn')
    .option('--from <file>', 'begin with these weights and their network; the last layer is new for other classes')
    .option(
      '--preprocess <name>',
      'with --from: imagenet, cifar10 or a .json file, whose mean and deviation hold (default: those of the weight file)',
    )
    .option('--epochs <number>', 'times that each image is seen', String(epochs))
    .option('--batch <number>', 'images in a step', String(batchSize))
    .option('--lr <rate>', `highest learning rate (default: "${lr}"; with --from "${trainedRate}")`)
    .option('--schedule <name>', scheduleNames.join(' or '), schedule)
    .option('--weight-decay <number>', 'of the weights, not of biases and batch norm', String(weightDecay))
    .option('--label-smoothing <share>', 'share of the target that all classes get', String(labelSmoothing))
    .option('--map-loss <weight>', 'of the loss that keeps the maps of absent classes blank; 0: none', String(mapLoss))
    .option(
      '--average <decay>',
      'moving average of the weights, which is what is tested and written; 0: none',
      String(average),
    )
    .option('--no-flip', 'do not mirror images')
    .option('--crop <pixels>', 'move images by up to this many pixels', String(crop))
    .option('--cutout <pixels>', 'side of a square that is blanked; 0: none', String(cutout))
    .option('--zoom <factor>', 'enlarge some images up to this factor; 1: none', String(zoom))
    .option('--zoom-share <share>', 'how many of the images are enlarged', String(zoomShare))
    .option('--seed <number>', 'of first weights, order and augmentation', String(seed))
    .option('--test-every <epochs>', 'epochs from one test to the next', '1')
    .option('--out <folder>', 'where weights, checkpoint, log and curves go', 'training')
    .option('--resume', 'go on with the checkpoint in --out, with its settings')
    .option('--threads <number>', 'default: the cores, up to 8; the result is the same for any number')
    .option('--revectorize', "V8's experimental pairing of SIMD operations (Node 22 or newer, x64): faster")
    .addHelpText(
      'after',
      `
Ctrl-C saves a checkpoint and ends; so does every epoch. The folder --out gets weights.safetensors at the end, for
backlight explain and backlight eval, and all along log.jsonl and curves.svg.

Examples:
  $ backlight train --data cifar-10-batches-bin --epochs 10
  $ backlight train --resume
  $ backlight train --data flowers --size 64 --cfg 32,M,64,M,128,M,128 --epochs 30 --out flowers-model
  $ backlight train --data flowers --from flowers-model/weights.safetensors --epochs 5 --out flowers-longer
  $ backlight explain rose.jpg --weights flowers-model/weights.safetensors`,
    )
    .action((flags: TrainFlags, command: Command) => {
      const given = (name: string): boolean => command.getOptionValueSource(name) === 'cli';
      return runTrain(flags, given, io);
    });
}
