/**
 * Every case of every golden file, on every backend. `GOLDEN_DIR=/some/dir npm run test:golden` runs it over another
 * directory that make_goldens.py wrote, with other shapes, architectures, arguments and class numbers.
 *
 * A case that cannot be run is a failure, and so is a tensor that nothing was compared with.
 */
import { readdirSync } from 'node:fs';
import t from 'tap';
import { goldenNames, type GoldenFile } from '../../src/testing/index.js';
import { backendNames, Run } from './backends.js';
import { goldenDir, goldenFile } from './directory.js';
import { runAutograd } from './run-autograd.js';
import { runCam } from './run-cam.js';
import { runImage } from './run-image.js';
import { runOptim } from './run-optim.js';
import { runOps } from './run-ops.js';
import { runVgg } from './run-vgg.js';

t.test('what is in the directory', async (t) => {
  const known = new Set<string>(goldenNames.flatMap((name) => [`${name}.json`, `${name}.safetensors`]));
  const present = readdirSync(goldenDir).filter((file) => /\.(json|safetensors)$/.test(file));
  t.same(
    present.filter((file) => !known.has(file)),
    [],
    'no file that the runner does not know',
  );
  for (const name of goldenNames) t.ok((await goldenFile(name)).meta('cases'), name);
});

/** Runs one file on each backend; afterwards every tensor of the file must have been asked for. */
function onEachBackend(file: GoldenFile, body: (run: Run) => void | Promise<void>): void {
  for (const name of backendNames) t.test(`${file.name} on ${name}`, async (t) => body(new Run(t, name)));
  everyTensorIsUsed(file);
}

function everyTensorIsUsed(file: GoldenFile): void {
  t.test(`every tensor of ${file.name}`, async (t) => t.same(file.unused(), [], 'was compared with something'));
}

const ops = await goldenFile('ops');
onEachBackend(ops, (run) => runOps(run, ops));

const autograd = await goldenFile('autograd');
onEachBackend(autograd, (run) => runAutograd(run, autograd));

const optim = await goldenFile('optim');
onEachBackend(optim, (run) => runOptim(run, optim));

const vgg = await goldenFile('vgg');
onEachBackend(vgg, (run) => runVgg(run, vgg));

const cam = await goldenFile('cam');
onEachBackend(cam, (run) => runCam(run, cam, vgg));

const image = await goldenFile('image');
t.test('image', async (t) => runImage(t, image));
everyTensorIsUsed(image);
