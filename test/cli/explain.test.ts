import t from 'tap';
import { backendInfo, setBackend } from '../../src/backends/active.js';
import { explain } from '../../src/cam/explain.js';
import { methodNames } from '../../src/cam/methods.js';
import { decodeImage } from '../../src/image/decode.js';
import type { Picture } from '../../src/image/picture.js';
import { encodePng } from '../../src/image/png.js';
import { resize } from '../../src/image/resize.js';
import { init } from '../../src/index.js';
import { applyColorMap } from '../../src/image/colormaps.js';
import { loadModel } from '../../src/weights/load-model.js';
import { readNpy } from '../../src/weights/npy.js';
import { pictureToDrawOn, preprocess as prepare } from '../../src/weights/preprocess.js';
import type { ExplainReport } from '../../src/cli/explain-report.js';
import { settledStorages } from '../settled.js';
import { bytesOf, labels, namesIn, preprocess, run, testPicture, weightFile, workplace } from './harness.js';

const flags = ['--weights', 'weights.safetensors'];

async function report(cwd: string, argv: readonly string[]): Promise<ExplainReport> {
  const { code, out, err } = await run(cwd, [...argv, ...flags, '--json']);
  t.equal(code, 0, err);
  return JSON.parse(out) as ExplainReport;
}

/** What the library says about the test's picture, without the command line. */
async function expected(classes: number[]) {
  const { model } = loadModel(await weightFile());
  const picture = decodeImage(encodePng(testPicture()));
  const { input } = prepare(picture, preprocess);
  const view = pictureToDrawOn(picture, preprocess);
  const result = await explain(model, input, view, { layer: model.getSubmodule('features.6'), classes });
  const inputValues = await input.data();
  input.dispose();
  model.dispose();
  return { result, inputValues, view };
}

const png = (picture: Picture) => Buffer.from(encodePng(picture)).toString('base64');
const fileAsText = (...path: string[]) => Buffer.from(bytesOf(...path)).toString('base64');

t.test('the files hold what the library computes, and nothing else is there', async (t) => {
  const cwd = await workplace(t);
  const { code, out, err } = await run(cwd, [
    'explain',
    'picture.png',
    ...flags,
    '--class',
    'dog,frog',
    '--dump',
    'raw',
  ]);
  t.equal(code, 0);
  t.equal(err, '');
  const { result, inputValues, view } = await expected([2, 3]);
  const names = ['dog', 'frog'].flatMap((name) =>
    ['grad-cam', 'guided-backprop', 'guided-grad-cam', 'mask'].map((what) => `picture-${name}-${what}.png`),
  );
  t.same(namesIn(cwd, 'out'), [...names, 'picture-sheet.png'].sort());
  for (const { classIndex, method, image, mask, raw } of result.explanations) {
    if (method === 'gradient') continue;
    const base = `picture-${labels[classIndex].split(',')[0]}`;
    const shown = method === 'grad-cam' ? image : resize(image, 240, 192, { method: 'nearest' });
    t.equal(fileAsText(cwd, 'out', `${base}-${method}.png`), png(shown), `${base} ${method}`);
    if (mask) t.equal(fileAsText(cwd, 'out', `${base}-mask.png`), png(mask), `${base} mask`);
    t.same(readNpy(bytesOf(cwd, 'raw', `${base}-${method}.npy`)), {
      data: raw.data,
      shape: raw.channels === 1 ? [8, 10] : [16, 20, 3],
    });
  }
  t.equal(view.width, 224, 'a small picture is drawn on at a size to look at');
  const npy = (name: string) => readNpy(bytesOf(cwd, 'raw', `picture-${name}.npy`));
  t.same(npy('input'), { data: inputValues, shape: [1, 3, 16, 20] });
  t.same(npy('logits'), { data: result.logits, shape: [4] });
  t.same(npy('layer-activations'), { data: result.captured[0].activation, shape: [8, 8, 10] });
  t.same(npy('frog-layer-gradients'), { data: result.captured[1].gradient, shape: [8, 8, 10] });
  t.equal(namesIn(cwd, 'raw').length, 11);

  const sheet = decodeImage(bytesOf(cwd, 'out', 'picture-sheet.png'));
  t.equal(sheet.width, 16 + 5 * (240 + 16), 'five pictures in a row');
  t.ok(sheet.height > 2 * 192, 'two rows');

  for (const word of [
    'picture.png',
    '20x16',
    'dog',
    'Grad-CAM at features.6: 8 maps of 10x8',
    'wrote 9 files to out',
    'vgg',
  ]) {
    t.match(out, word);
  }
  t.match(out, /backend wasm \([^)]*[1-8] threads?\)/);
  t.notMatch(out, '\u001b', 'no colours where there is no terminal');
});

t.test('the report', async (t) => {
  const cwd = await workplace(t);
  const {
    pictures,
    model,
    backend,
    warnings,
    preprocess: used,
    timings,
  } = await report(cwd, ['explain', 'picture.png']);
  const { result } = await expected([0]);
  const order = [0, 1, 2, 3].sort((a, b) => result.logits[b] - result.logits[a]);
  const [picture] = pictures;
  t.same(
    picture.top,
    order.map((index) => ({
      index,
      label: labels[index],
      probability: result.probabilities[index],
      logit: result.logits[index],
    })),
    'all classes, as there are fewer than five',
  );
  t.same(
    picture.explanations.map(({ class: { index }, method, blank }) => [index, method, blank]),
    order
      .slice(0, 2)
      .flatMap((index) => ['grad-cam', 'guided-backprop', 'guided-grad-cam'].map((m) => [index, m, false])),
    'the top two, all methods but gradient',
  );
  t.same(picture.layer, { name: 'features.6', type: 'ReLU', shape: [8, 8, 10] });
  t.same(picture.region, { x: 0, y: 0, width: 20, height: 16 });
  t.same(picture.input, [1, 3, 16, 20]);
  t.equal(picture.files.length, 9);
  for (const file of picture.files) t.ok(bytesOf(cwd, file).length > 0, file);
  t.match(model, {
    name: 'vgg',
    weights: 'weights.safetensors',
    parameters: 6 * 27 + 6 + 12 + 8 * 54 + 8 + 16 + 36,
    classes: 4,
  });
  t.match(backend, { name: 'wasm', dtype: 'float32' });
  t.same(used, preprocess);
  t.same(warnings, []);
  t.ok(timings.total >= timings.load);
});

t.test('which classes, layer and methods', async (t) => {
  const cwd = await workplace(t);
  const chosen = async (...more: string[]) => {
    const { pictures } = await report(cwd, ['explain', 'picture.png', ...more]);
    return pictures[0].explanations.map(({ class: { index }, method }) => `${index} ${method}`);
  };
  t.same(await chosen('--class', 'frog', '--class', '0', '--class', 'frog', '--method', 'gradient'), [
    '3 gradient',
    '0 gradient',
  ]);
  t.same(await chosen('--class', 'hound', '--method', 'guided-grad-cam', '--method', 'grad-cam'), [
    '2 grad-cam',
    '2 guided-grad-cam',
  ]);
  const all = await chosen('--class', 'top:4', '--method', 'gradient');
  t.equal(new Set(all).size, 4);
  const { pictures } = await report(cwd, ['explain', 'picture.png', '--layer', 'features.2', '--class', '1']);
  t.same(pictures[0].layer, { name: 'features.2', type: 'ReLU', shape: [6, 16, 20] });
});

t.test('colours of the overlay', async (t) => {
  const cwd = await workplace(t);
  const overlay = async (...more: string[]) => {
    await report(cwd, ['explain', 'picture.png', '--class', '3', ...more]);
    return decodeImage(bytesOf(cwd, 'out', 'picture-frog-grad-cam.png'));
  };
  const { view, result } = await expected([3]);
  t.equal(png(await overlay('--alpha', '0')), png(view), 'alpha 0: the picture');
  const [{ mask }] = result.explanations;
  if (!mask) throw new Error('Grad-CAM gave no mask');
  t.equal(png(await overlay('--alpha', '1', '--colormap', 'bone')), png(applyColorMap(mask, 'bone')));
});

t.test('a blank map is a warning, and fine', async (t) => {
  const silent = await weightFile((model) =>
    model
      .parameters()
      .filter(({ ndim }) => ndim === 2)
      .forEach((weight) => init.constant_(weight, 0)),
  );
  const cwd = await workplace(t, { 'weights.safetensors': silent });
  const { code, out, err } = await run(cwd, ['explain', 'picture.png', ...flags, '--class', 'frog', '--json']);
  t.equal(code, 0);
  const { pictures, warnings } = JSON.parse(out) as ExplainReport;
  t.same(
    pictures[0].explanations.map(({ blank }) => blank),
    [true, true, true],
  );
  t.match(
    warnings[0],
    /^picture\.png: Grad-CAM of frog: .*the map is blank, because every gradient at this layer is zero/,
  );
  t.equal(warnings.length, 3);
  t.equal(err, warnings.map((warning) => `backlight: warning: ${warning}\n`).join(''));
  t.same(pictures[0].explanations[0].range, { min: 0, max: 0 });
});

t.test('every method there is', async (t) => {
  const cwd = await workplace(t);
  const argv = ['explain', 'picture.png', ...flags, '--class', 'frog', '--method'];
  const { pictures, warnings } = await report(cwd, [...argv, methodNames.join(','), '--dump', 'raw']);
  t.same(warnings, []);
  const { explanations } = pictures[0];
  t.same(
    explanations.map(({ method }) => method),
    methodNames,
  );
  for (const { method, blank, range, files } of explanations) {
    t.notOk(blank, method);
    t.ok(range.min < range.max, `${method}: ${range.min} to ${range.max}`);
    t.equal(files.image, `out/picture-frog-${method}.png`);
    const endsInGradient = ['guided-backprop', 'guided-grad-cam', 'gradient', 'integrated-gradients'].includes(method);
    const mask = method === 'grad-cam' ? 'out/picture-frog-mask.png' : `out/picture-frog-${method}-mask.png`;
    t.equal(files.mask, endsInGradient ? undefined : mask, `${method}: mask`);
    t.equal(readNpy(bytesOf(cwd, 'raw', `picture-frog-${method}.npy`)).shape.length, endsInGradient ? 3 : 2);
  }
  const sheet = decodeImage(bytesOf(cwd, 'out', 'picture-sheet.png'));
  t.equal(sheet.width, 16 + 6 * (240 + 16), 'the picture and 17 methods in three rows of six');
  t.ok(sheet.height > 3 * 192 && sheet.height < 3 * (192 + 80));

  const { out, err } = await run(cwd, [...argv, methodNames.join(',')], { terminal: 24, columns: 200 });
  t.match(out, '12 methods at features.6: 8 maps of 10x8');
  t.match(err, /Score-CAM of frog \(9 of 16, 100 %\)/);
  const alone = await run(cwd, [...argv, 'fem']);
  t.match(alone.out, '  FEM at features.6: 8 maps of 10x8');
  t.notMatch((await run(cwd, [...argv, 'full-grad,occlusion'])).out, 'features.6');
});

t.test('several pictures, of the same name too', async (t) => {
  const other = encodePng(testPicture(40, 40));
  const cwd = await workplace(t, { a: { 'cat 1.png': other }, b: { 'cat 1.jpeg': other } });
  const { pictures } = await report(cwd, [
    'explain',
    'a/cat 1.png',
    'b/cat 1.jpeg',
    'picture.png',
    '--class',
    '0',
    '--method',
    'gradient',
  ]);
  t.same(
    pictures.map(({ files }) => files),
    ['cat-1', 'cat-1-2', 'picture'].map((name) => [`out/${name}-cat-gradient.png`, `out/${name}-sheet.png`]),
  );
  t.equal(namesIn(cwd, 'out').length, 6);
});

t.test('labels, preprocessing and model from files', async (t) => {
  const bare = await weightFile(null, {});
  const cwd = await workplace(t, {
    'weights.safetensors': bare,
    'labels.txt': '\ufeffÄrmel\r\nzwei/drei\r\n..\r\nÄrmel\r\n',
    'p.json': JSON.stringify({ ...preprocess, fit: 'crop', order: 'BGR' }),
    'm.json': '{"name":"vgg","options":{"cfg":[6,"M",8,"M"],"batchNorm":true,"avgpool":1,"hidden":[],"classes":4}}',
  });
  const more = [
    '--labels',
    'labels.txt',
    '--preprocess',
    'p.json',
    '--model',
    'm.json',
    '--class',
    'top:4',
    '--method',
    'gradient',
  ];
  const { pictures } = await report(cwd, ['explain', 'picture.png', ...more]);
  t.same(pictures[0].region, { x: 2, y: 0, width: 16, height: 16 });
  t.same(
    namesIn(cwd, 'out'),
    [
      'picture-armel-0-gradient.png',
      'picture-armel-3-gradient.png',
      'picture-class-2-gradient.png',
      'picture-sheet.png',
      'picture-zwei-drei-gradient.png',
    ],
    'safe names, and no two alike',
  );
});

t.test('every backend gives the same', async (t) => {
  const cwd = await workplace(t);
  const logits = [];
  for (const backend of ['wasm', 'reference', 'reference64']) {
    const { pictures, backend: info } = await report(cwd, ['explain', 'picture.png', '--backend', backend]);
    t.equal(info.name, backend);
    logits.push(pictures[0].top.map(({ logit }) => logit));
  }
  for (const [i, value] of logits[2].entries()) {
    t.ok(Math.abs(logits[0][i] - value) < 1e-4 * (1 + Math.abs(value)));
    t.ok(Math.abs(logits[1][i] - value) < 1e-4 * (1 + Math.abs(value)));
  }
  setBackend('wasm');
});

t.test('nothing stays in memory', async (t) => {
  const cwd = await workplace(t);
  setBackend('wasm');
  const before = await settledStorages();
  for (let i = 0; i < 3; i++) await report(cwd, ['explain', 'picture.png', 'picture.png', '--dump', 'raw']);
  t.equal(backendInfo().storages, before);
});

t.test('on a terminal', async (t) => {
  const cwd = await workplace(t);
  const argv = ['explain', 'picture.png', ...flags, '--class', 'frog,dog'];
  const colourful = await run(cwd, argv, { terminal: 24 });
  t.match(colourful.out, /\[38;2;\d+;\d+;\d+;48;2;\d+;\d+;\d+m\u2580/, 'half blocks in true colours');
  t.match(colourful.err, 'Grad-CAM of frog (1 of 4), picture.png', 'what is being done');
  t.ok(colourful.err.endsWith('\r\u001b[K'), 'and nothing of it stays');
  t.match((await run(cwd, argv, { terminal: 8 })).out, /\[38;5;\d+;48;5;\d+m\u2580/, '256 colours');
  t.notMatch((await run(cwd, argv, { terminal: 24, env: { NO_COLOR: '1' } })).out, '\u001b', 'NO_COLOR');
  t.notMatch((await run(cwd, argv, { terminal: 1 })).out, '\u001b', 'a terminal without colours');
  const json = await run(cwd, [...argv, '--json'], { terminal: 24 });
  t.match(JSON.parse(json.out), { model: { name: 'vgg' } }, 'only JSON');
  const narrow = await run(cwd, argv, { terminal: 24, columns: 40 });
  const widths = narrow.out.split('\n').map((line) => line.split('\u2580').length - 1);
  t.ok(Math.max(...widths) > 20 && Math.max(...widths) <= 40, 'the preview fits');
  const { out } = await run(cwd, [...argv, '--method', 'gradient']);
  t.notMatch(out, '\n\n\n', 'no gap where there is nothing to say of Grad-CAM');
  t.match(out, /^picture\.png {2}20x16, seen as 20x16\n\n/);
});
