/**
 * Trains the shipped model, a small VGG with batch norm and global average pooling, on CIFAR-10 with Backlight itself:
 *
 *     node train.js --minutes 30            as many epochs as fit
 *     node train.js --epochs 8 --lr 0.05
 *
 * SGD with Nesterov momentum under a one-cycle learning rate (L. Smith, N. Topin, 2017), label smoothing, shifts, mirroring
 * and cutout. It writes a checkpoint after each epoch and a log (JSON lines) to out/, and at the end the weights.
 */
import { appendFileSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { backendInfo, crossEntropy, manualSeed, OneCycleLR, SGD, tensor, tidy, vgg } from '../../dist/index.js';
import { trainingBatches } from './batches.js';
import { CLASSES, loadTest, loadTraining, SIDE } from './cifar10.js';
import { correctIn, evaluate } from './evaluate.js';
import { Progress } from './progress.js';
import { readSettings } from './settings.js';
import { pack, unpack } from './weights-file.js';

const OUT = fileURLToPath(new URL('./out/', import.meta.url));
const LOG = `${OUT}train.jsonl`;
const CHECKPOINT = `${OUT}checkpoint.safetensors`;

/** Half precision is kept when it costs no more than this share of test images. */
const HALF_TOLERANCE = 5e-4;

const progress = new Progress();
const percent = (share) => `${(100 * share).toFixed(2)} %`;
const secondsSince = (start) => (performance.now() - start) / 1000;
const cpuSeconds = () => (process.cpuUsage().user + process.cpuUsage().system) / 1e6;
const log = (entry) => appendFileSync(LOG, `${JSON.stringify(entry)}\n`);

function writeWhole(path, bytes) {
  writeFileSync(`${path}.part`, bytes);
  renameSync(`${path}.part`, path);
}

/** A new model with its optimiser; the same seed gives the same one. */
function newRun({ options, lr, seed }) {
  manualSeed(seed);
  const model = vgg(options);
  const optimizer = new SGD(model.parameters(), { lr, momentum: 0.9, nesterov: true, weightDecay: 5e-4 });
  return { model, optimizer };
}

/** One step of learning. @returns the batch's loss, and how many of its images were classified correctly */
function learn({ model, optimizer }, { images, labels, size }) {
  return tidy(() => {
    optimizer.zeroGrad();
    const logits = model.call(tensor(images, { shape: [size, 3, SIDE, SIDE] }));
    const loss = crossEntropy(logits, labels, { labelSmoothing: 0.1 });
    const result = { loss: loss.item(), correct: correctIn(logits, labels) };
    if (Number.isFinite(result.loss)) {
      loss.backward();
      optimizer.step();
    }
    return result;
  });
}

/** The epochs that fit into the minutes, by ten seconds' work on a model that is then thrown away. */
function epochsFor(settings, training, test) {
  const { minutes, batch, seed, testEvery } = settings;
  const run = newRun(settings);
  const began = performance.now();
  let warm = 0;
  let images = 0;
  for (const data of trainingBatches(training, { batchSize: batch, seed })) {
    learn(run, data);
    if (warm === 0) warm = performance.now();
    else images += data.size;
    if (secondsSince(began) > 10 && images > 0) break;
  }
  const perSecond = images / secondsSince(warm);
  run.optimizer.dispose();
  run.model.dispose();
  // a test image costs about a third of a training image: it has no backward pass
  const perEpoch = training.count + test.count / 3 / testEvery;
  const epochs = Math.max(1, Math.floor((60 * minutes * perSecond) / perEpoch));
  progress.line(`${perSecond.toFixed(0)} images/s: ${epochs} epochs fit into ${minutes} minutes`);
  return epochs;
}

/** Trains for one epoch. @returns mean loss and accuracy on the augmented images as they were met, and images/s */
function trainEpoch(run, schedule, training, { batch, seed, lr }, { epoch, epochs, began }) {
  run.model.train();
  const start = performance.now();
  const steps = Math.ceil(training.count / batch);
  const sum = { loss: 0, correct: 0, images: 0 };
  let step = 0;
  for (const data of trainingBatches(training, { batchSize: batch, seed, epoch })) {
    if (epoch > 0 || step > 0) schedule.step();
    const { loss, correct } = learn(run, data);
    step++;
    if (!Number.isFinite(loss)) {
      const where = `epoch ${epoch + 1}, step ${step}, learning rate ${schedule.lastLr()[0].toPrecision(3)}`;
      throw new Error(`train: the loss became ${loss} (${where}); start again with a smaller --lr than ${lr}`);
    }
    sum.loss += loss * data.size;
    sum.correct += correct;
    sum.images += data.size;
    const done = epoch * steps + step;
    const left = (secondsSince(began) / done) * (epochs * steps - done);
    progress.update(
      `epoch ${epoch + 1}/${epochs} ${Math.floor((100 * step) / steps)} %  loss ${(sum.loss / sum.images).toFixed(3)}  ` +
        `accuracy ${percent(sum.correct / sum.images)}  ${(sum.images / secondsSince(start)).toFixed(0)} images/s  ` +
        `${Math.ceil(left / 60)} min left`,
    );
  }
  return {
    loss: sum.loss / sum.images,
    accuracy: sum.correct / sum.images,
    imagesPerSecond: sum.images / secondsSince(start),
  };
}

/** All epochs, each with a checkpoint and an entry in the log. */
function trainEpochs(run, settings, epochs, training, test) {
  const { options, batch, lr, testEvery } = settings;
  const totalSteps = epochs * Math.ceil(training.count / batch);
  const schedule = new OneCycleLR(run.optimizer, { maxLr: lr, totalSteps, pctStart: 0.25, cycleMomentum: false });
  const began = performance.now();
  for (let epoch = 0; epoch < epochs; epoch++) {
    const result = trainEpoch(run, schedule, training, settings, { epoch, epochs, began });
    writeWhole(CHECKPOINT, pack(run.model, options, { epoch: String(epoch + 1) }));
    const due = epoch === epochs - 1 || (epoch + 1) % testEvery === 0;
    const tested = due ? { test: evaluate(run.model, test).accuracy } : {};
    log({ event: 'epoch', epoch: epoch + 1, ...result, ...tested, seconds: secondsSince(began), cpu: cpuSeconds() });
    progress.line(
      `epoch ${epoch + 1}/${epochs}  loss ${result.loss.toFixed(3)}  accuracy ${percent(result.accuracy)}  ` +
        `${result.imagesPerSecond.toFixed(0)} images/s  ${(secondsSince(began) / 60).toFixed(1)} min` +
        (due ? `  test ${percent(tested.test)}` : ''),
    );
  }
}

/** Writes the file that is shipped, in half precision if what is read back from it is as accurate. */
function writeWeights(model, { options, out }, epochs, test) {
  const { accuracy, perClass } = evaluate(model, test);
  const about = {
    description: `VGG with batch norm, trained on CIFAR-10 by Backlight in ${epochs} epochs`,
    accuracy: percent(accuracy),
  };
  const packed = (dtype) => {
    const bytes = pack(model, options, about, dtype);
    return { dtype, bytes, readBack: evaluate(unpack(bytes), test).accuracy };
  };
  const half = packed('F16');
  const chosen = Math.abs(half.readBack - accuracy) <= HALF_TOLERANCE ? half : packed('F32');
  mkdirSync(dirname(resolve(out)), { recursive: true });
  writeWhole(out, chosen.bytes);
  log({ event: 'end', accuracy, perClass, readBack: chosen.readBack, dtype: chosen.dtype, bytes: chosen.bytes.length });
  progress.line(`test ${percent(accuracy)}, read back from the file (${chosen.dtype}) ${percent(chosen.readBack)}`);
  CLASSES.forEach((name, i) => progress.line(`${name.padEnd(12)}${percent(perClass[i])}`));
  const [outName, logName] = [out, LOG].map((path) => relative(process.cwd(), path));
  progress.line(`wrote ${outName} (${chosen.bytes.length} bytes) and ${logName}`);
}

function main() {
  const settings = readSettings();
  const training = loadTraining((line) => progress.line(line));
  const test = loadTest((line) => progress.line(line));
  const epochs = settings.epochs ?? epochsFor(settings, training, test);

  const run = newRun(settings);
  const parameters = run.model.parameters().reduce((sum, parameter) => sum + parameter.numel(), 0);
  const { name: backend, mode } = backendInfo();
  mkdirSync(OUT, { recursive: true });
  writeFileSync(LOG, '');
  log({ event: 'start', ...settings, epochs, parameters, backend, mode, node: process.version });
  progress.line(`${parameters} parameters, ${epochs} epochs, ${backend} (${mode})`);

  trainEpochs(run, settings, epochs, training, test);
  writeWeights(run.model, settings, epochs, test);
}

try {
  main();
} catch (error) {
  progress.line(error.message);
  process.exitCode = 1;
}
