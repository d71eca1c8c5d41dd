/** `backlight layers`: the modules of a network, what they return and how many parameters they have. */
import { Command } from 'commander';
import { formatShape } from '../tensor/shape.js';
import { preprocessPresets } from '../weights/preprocess-spec.js';
import { colorMode, columnsOf, styleFor, type CliIo } from './io.js';
import { readModelDescription, type ModelFlags } from './model-source.js';
import { defaultLayer, traceModel } from './model-trace.js';
import { alignColumns, clip, grouped } from './table.js';

export function layersCommand(io: CliIo): Command {
  return new Command('layers')
    .description("list a network's layers with their output shapes and parameters, and which Grad-CAM can look at")
    .option('--weights <file>', 'safetensors file (default: the weights that come with this package)')
    .option(
      '--model <name>',
      'network: vgg16, resnet18, ... or a .json file with "name" and "options"; needs no weights',
    )
    .option('--preprocess <name>', 'imagenet, caffe, cifar10 or a .json file, for the size of the input')
    .option('--json', 'print JSON instead of text')
    .addHelpText(
      'after',
      `
Examples:
  $ backlight layers
  $ backlight layers --model resnet18
  $ backlight layers --weights my-vgg.safetensors --json`,
    )
    .action((flags: ModelFlags & { readonly json?: boolean }) => runLayers(flags, io));
}

async function runLayers(flags: ModelFlags & { readonly json?: boolean }, io: CliIo): Promise<void> {
  const { spec, preprocess, path } = await readModelDescription(io.cwd, flags);
  const { size } = preprocess ?? preprocessPresets.imagenet;
  const input = [1, 3, size, size];
  const modules = traceModel(spec, input);
  const best = defaultLayer(modules);
  if (flags.json) {
    const layers = modules
      .filter(({ name }) => name !== '')
      .map(({ name, type, extra, shape, parameters, hasMap }) => ({ name, type, extra, shape, parameters, hasMap }));
    const report = { model: { ...spec, weights: path }, input, defaultLayer: best?.name ?? null, layers };
    io.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    return;
  }
  const style = styleFor(colorMode(io.stdout, io.env));
  const [root, ...rest] = modules;
  const nameWidth = Math.max(...rest.map(({ name }) => name.length));
  const moduleWidth = io.stdout.isTTY ? Math.max(18, columnsOf(io.stdout) - nameWidth - 35) : Infinity;
  const rows = rest.map(({ name, type, extra, shape, parameters, hasMap }) => [
    hasMap ? '*' : ' ',
    name,
    clip(`${type}${extra === '' ? '' : `(${extra})`}`, moduleWidth),
    shape ? formatShape(shape) : '-',
    parameters > 0 ? grouped(parameters) : '',
  ]);
  const header = [' ', 'layer', 'module', 'output', 'parameters'];
  const [head, ...lines] = alignColumns([header, ...rows], [4]);
  io.stdout.write(
    [
      `${style.bold(spec.name)}${path === null ? '' : ` from ${path}`}: ${grouped(root.parameters)} parameters, input ${formatShape(input)}`,
      '',
      style.dim(head),
      ...lines.map((line, i) => (rest[i].name === best?.name ? style.accent(line) : line)),
      '',
      `* Grad-CAM can look at it (--layer)${best ? `; default: ${best.name}` : ''}`,
      '',
    ].join('\n'),
  );
}
