import t from 'tap';
import { methodNames, methods } from '../../src/cam/methods.js';
import { colorMaps } from '../../src/image/colormaps.js';
import { modelNames } from '../../src/weights/model-registry.js';
import { packageVersion } from '../../src/cli/version.js';
import { bytesOf, run, workplace } from './harness.js';

t.test('layers', async (t) => {
  const cwd = await workplace(t);
  const { code, out, err } = await run(cwd, ['layers', '--weights', 'weights.safetensors']);
  t.equal(code, 0);
  t.equal(err, '');
  t.match(out, 'vgg from weights.safetensors: 672 parameters, input [1,3,16,16]');
  const row = (name: string) =>
    out
      .split('\n')
      .find((line) => line.split(/\s+/).includes(name))
      ?.replace(/ {2,}/g, '  ');
  t.equal(
    row('features.0'),
    '*  features.0  Conv2d(3, 6, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))  [1,6,16,16]  168',
  );
  t.equal(row('features.2'), '*  features.2  ReLU(inplace=True)  [1,6,16,16]');
  t.equal(row('avgpool'), '  avgpool  AdaptiveAvgPool2d(output_size=(1, 1))  [1,8,1,1]');
  t.match(out, '* Grad-CAM can look at it (--layer); default: features.6');
});

t.test('layers of networks that are never built', async (t) => {
  const cwd = await workplace(t);
  const layers = async (model: string) => {
    const { out } = await run(cwd, ['layers', '--model', model, '--json']);
    const report = JSON.parse(out) as {
      defaultLayer: string;
      layers: { name: string; type: string; shape: number[]; parameters: number; hasMap: boolean }[];
    };
    const total = report.layers
      .filter(({ name }) => !name.includes('.'))
      .reduce((sum, { parameters }) => sum + parameters, 0);
    return { ...report, total };
  };
  // parameter counts as torchvision's documentation gives them
  const known = { vgg11: 132863336, vgg16: 138357544, vgg19_bn: 143678248, squeezenet1_1: 1235496 };
  for (const [model, parameters] of Object.entries(known)) t.equal((await layers(model)).total, parameters, model);
  t.equal((await layers('vgg16')).defaultLayer, 'features.29');
  t.equal((await layers('vgg16_bn')).defaultLayer, 'features.42');
  t.equal((await layers('alexnet')).defaultLayer, 'features.11');
  t.equal((await layers('resnet50')).defaultLayer, 'layer4');
  const squeezenet = await layers('squeezenet1_1');
  t.equal(squeezenet.defaultLayer, 'features.12');
  t.match(
    squeezenet.layers.find(({ name }) => name === 'features.12'),
    { type: 'Fire', shape: [1, 512, 13, 13], hasMap: true },
  );
});

t.test('layers fit a narrow terminal', async (t) => {
  const cwd = await workplace(t);
  const { out } = await run(cwd, ['layers', '--model', 'vgg16'], { terminal: 1, columns: 80 });
  t.ok(Math.max(...out.split('\n').map((line) => line.length)) <= 80);
});

t.test('classes', async (t) => {
  const cwd = await workplace(t, { 'labels.json': '["w","x","y","z"]' });
  const flags = ['classes', '--weights', 'weights.safetensors'];
  t.equal((await run(cwd, flags)).out, '0  cat\n1  tiger cat\n2  dog, hound\n3  frog\n');
  t.same(JSON.parse((await run(cwd, [...flags, '--labels', 'labels.json', '--json'])).out), [
    { index: 0, label: 'w' },
    { index: 1, label: 'x' },
    { index: 2, label: 'y' },
    { index: 3, label: 'z' },
  ]);
  t.match((await run(cwd, ['classes', '--model', 'vgg16'])).out, /^ {2}0 {2}class 0\n/);
});

t.test('methods', async (t) => {
  const cwd = await workplace(t);
  const { out } = await run(cwd, ['methods']);
  for (const name of [...methodNames, ...colorMaps]) t.ok(out.includes(name), name);
  const json = JSON.parse((await run(cwd, ['methods', '--json'])).out) as {
    methods: { name: string }[];
    colormaps: string[];
  };
  t.same(
    json.methods.map(({ name }) => name),
    methodNames,
  );
  for (const { description } of methods) t.ok(out.includes(`  ${description}\n`), description);
  t.same(json.colormaps, colorMaps);
});

t.test('help and version', async (t) => {
  const cwd = await workplace(t);
  const { version } = JSON.parse(Buffer.from(bytesOf(process.cwd(), 'package.json')).toString()) as { version: string };
  t.equal(packageVersion(), version);
  t.same(await run(cwd, ['--version']), { code: 0, out: `${version}\n`, err: '' });
  const { code, out, err } = await run(cwd, ['--help']);
  t.equal(code, 0);
  t.equal(err, '');
  for (const command of ['explain', 'layers', 'classes', 'methods']) {
    t.match(out, command);
    const help = await run(cwd, [command, '--help']);
    t.equal(help.code, 0);
    t.match(help.out, /Examples:\n {2}\$ backlight /, `${command} has examples`);
    t.equal(help.err, '');
  }
  const options = (await run(cwd, ['explain', '--help'])).out;
  for (const option of [
    'weights',
    'model',
    'labels',
    'preprocess',
    'class',
    'layer',
    'method',
    'colormap',
    'alpha',
    'out',
    'dump',
    'json',
    'backend',
    'max-pixels',
  ]) {
    t.match(options, `--${option}`);
  }
});

t.test('without a command: help on standard error', async (t) => {
  const { code, out, err } = await run(await workplace(t), []);
  t.equal(code, 2);
  t.equal(out, '');
  t.match(err, 'Usage: backlight');
});

t.test('every network can be listed', async (t) => {
  const cwd = await workplace(t);
  for (const name of modelNames.filter((model) => model !== 'vgg' && model !== 'resnet')) {
    t.equal((await run(cwd, ['layers', '--model', name])).code, 0, name);
  }
});
