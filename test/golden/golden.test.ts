/**
 * Every case of every golden file, on every backend. `GOLDEN_DIR=/some/dir npm run test:golden` runs it over another
 * directory that make_goldens.py wrote, with other shapes, architectures, arguments and class numbers.
 *
 * A case that cannot be run is a failure; what does not exist yet is listed in not-yet.ts.
 */
import { readdirSync } from 'node:fs';
import t from 'tap';
import { backendNames, Run } from './backends.js';
import { exportedFunctions, plainName } from './exports.js';
import { camMethodsNotYet, imageNotYet, opsNotYet, optimizersNotYet } from './not-yet.js';
import { opTable } from './op-table.js';
import { goldenDir, GoldenFile, goldenFiles } from './read.js';
import { runAutograd } from './run-autograd.js';
import { camTensorIsNotYet, runCam } from './run-cam.js';
import { imageTensorIsNotYet, runImage } from './run-image.js';
import { optimTensorIsNotYet, runOptim } from './run-optim.js';
import { opTensorIsNotYet, runOps } from './run-ops.js';
import { runVgg } from './run-vgg.js';

t.test('what is in the directory', async (t) => {
  const known = new Set<string>(goldenFiles.flatMap((name) => [`${name}.json`, `${name}.safetensors`]));
  const present = readdirSync(goldenDir).filter((file) => /\.(json|safetensors)$/.test(file));
  t.same(
    present.filter((file) => !known.has(file)),
    [],
    'no file that the runner does not know',
  );
  for (const name of goldenFiles) t.ok(new GoldenFile(name), name);
});

/** Runs one file on each backend; afterwards every tensor of the file must have been asked for. */
function onEachBackend(
  file: GoldenFile,
  body: (run: Run) => void | Promise<void>,
  isNotYet: (tensor: string) => boolean = () => false,
): void {
  for (const name of backendNames) t.test(`${file.name} on ${name}`, async (t) => body(new Run(t, name)));
  everyTensorIsUsed(file, isNotYet);
}

function everyTensorIsUsed(file: GoldenFile, isNotYet: (tensor: string) => boolean): void {
  t.test(`every tensor of ${file.name}`, async (t) => t.same(file.unused(isNotYet), [], 'was compared with something'));
}

const ops = new GoldenFile('ops');
onEachBackend(ops, (run) => runOps(run, ops), opTensorIsNotYet(ops));

const autograd = new GoldenFile('autograd');
onEachBackend(autograd, (run) => runAutograd(run, autograd));

const optim = new GoldenFile('optim');
onEachBackend(optim, (run) => runOptim(run, optim), optimTensorIsNotYet(optim));

const vgg = new GoldenFile('vgg');
onEachBackend(vgg, (run) => runVgg(run, vgg));

const cam = new GoldenFile('cam');
onEachBackend(cam, (run) => runCam(run, cam, vgg), camTensorIsNotYet);

const image = new GoldenFile('image');
t.test('image', async (t) => runImage(t, image));
everyTensorIsUsed(image, imageTensorIsNotYet);

t.test('what is listed as not yet there does not exist', async (t) => {
  const lists = { ops: opsNotYet, 'nn/optim': optimizersNotYet, cam: camMethodsNotYet, image: imageNotYet };
  for (const [room, names] of Object.entries(lists)) {
    const exported = await exportedFunctions(room);
    for (const name of names) {
      const found = exported.find(([, exportName]) => plainName(exportName) === plainName(name));
      t.notOk(found, `${name} is not in src/${room}${found ? ` (it is, in ${found[0]}: run its golden cases)` : ''}`);
    }
  }
  t.same(
    opsNotYet.filter((name) => name in opTable),
    [],
    'no op is both in the table and on the list',
  );
});
