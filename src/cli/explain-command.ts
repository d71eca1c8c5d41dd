/** `backlight explain`: its options and their help. */
import { Command } from 'commander';
import { backendNames } from '../backends/active.js';
import { defaultMaxPixels } from '../image/size-limit.js';
import { runExplain, type ExplainFlags } from './explain-run.js';
import type { CliIo } from './io.js';
import { collect, collectList } from './option-values.js';

export function explainCommand(io: CliIo): Command {
  return new Command('explain')
    .description('show what a network sees in pictures, for the classes it finds or that you name')
    .argument('<image...>', 'PNG or JPEG files')
    .option('--weights <file>', 'safetensors file (default: the weights that come with this package)')
    .option(
      '--model <name>',
      'network, where the weight file does not name it: vgg16, resnet18, ... or a .json file with "name" and "options"',
    )
    .option('--labels <file>', 'class names, one a line or a JSON array (default: those in the weight file)')
    .option('--preprocess <name>', 'imagenet, caffe, cifar10 or a .json file (default: that of the weight file)')
    .option(
      '--size <pixels>',
      'shorter side of the picture as the network sees it (default: that of the preprocessing; where that names several, ' +
        'the one at which the network is surest)',
    )
    .option(
      '--class <class>',
      'name, part of a name, number or top:N; repeatable, or with commas (default: top:2)',
      collect,
    )
    .option(
      '--layer <name>',
      'layer that the heat maps look at, one of those that "backlight layers" marks (default: the last one of features ' +
        'before its pooling; layer4 of a ResNet)',
    )
    .option(
      '--method <name>',
      'way to explain: grad-cam, grad-cam++, score-cam, occlusion, ... ("backlight methods" lists all); repeatable, ' +
        'or with commas (default: grad-cam, guided-backprop, guided-grad-cam)',
      collectList,
    )
    .option('--colormap <name>', "colours of the heat map, one of OpenCV's: jet, viridis, turbo, ...", 'jet')
    .option('--alpha <share>', 'share of the heat map in the overlay, 0 to 1 (default: the sum of both, scaled)')
    .option('--out <folder>', 'where to write', 'out')
    .option('--dump <folder>', 'also write input, logits, activations, gradients and raw maps as .npy there')
    .option('--json', 'print a report as JSON instead of text')
    .option('--backend <name>', backendNames.join(', '), 'wasm')
    .option('--max-pixels <number>', `largest picture to read, in pixels (default: ${defaultMaxPixels})`)
    .addHelpText(
      'after',
      `
Examples:
  $ backlight explain cat.png
  $ backlight explain cat.png dog.jpg --class cat --class dog --out maps
  $ backlight explain cat.png --class top:3 --method grad-cam --colormap viridis --alpha 0.5
  $ backlight explain cat.png --method grad-cam,grad-cam++,score-cam,occlusion
  $ backlight explain both.png --weights squeezenet1_1.safetensors --model squeezenet1_1 \\
      --preprocess caffe --labels imagenet.txt --class "bull mastiff,tiger cat" --layer features.12
  $ backlight explain cat.png --json --dump raw > report.json`,
    )
    .action((images: string[], flags: ExplainFlags) => runExplain(images, flags, io));
}
