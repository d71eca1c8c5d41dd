/** The golden cases of everything that computes, and OpenCV's pictures, in a page; the files come over the network. */
import t from 'tap';
import { setBackend } from '../../src/backends/active.js';
import { openGolden, type GoldenFile } from '../../src/testing/index.js';
import { Run } from '../golden/backends.js';
import { runAutograd } from '../golden/run-autograd.js';
import { runCam } from '../golden/run-cam.js';
import { runImage } from '../golden/run-image.js';
import { runOps } from '../golden/run-ops.js';
import { runOptim } from '../golden/run-optim.js';
import { runVgg } from '../golden/run-vgg.js';
import { started } from './started.js';

const { device, active, readsAtOnce } = started();
// itself, where other tests take its pair with the reference backend
setBackend(device);
t.teardown(() => setBackend(active));

const directory = new URL('/golden/', location.href);
const [ops, autograd, optim, vgg, cam, image] = await Promise.all(
  ['ops', 'autograd', 'optim', 'vgg', 'cam', 'image'].map((name) => openGolden(directory, name)),
);

function golden(file: GoldenFile, body: (run: Run) => void | Promise<void>): void {
  t.test(`${file.name} on ${device.name}`, async (t) => {
    const run = new Run(t, device, readsAtOnce);
    await body(run);
    await run.settle();
  });
  t.test(`every tensor of ${file.name}`, async (t) => t.same(file.unused(), [], 'was compared with something'));
}

golden(ops, (run) => runOps(run, ops));
golden(autograd, (run) => runAutograd(run, autograd));
golden(optim, (run) => runOptim(run, optim));
golden(vgg, (run) => runVgg(run, vgg));
golden(cam, (run) => runCam(run, cam, vgg));
golden(image, ({ t }) => runImage(t, image));
