/** How many images a model classifies correctly, over a whole split. */
import { noGrad, tensor, tidy } from '../../dist/index.js';
import { testBatches } from './batches.js';
import { CLASSES, SIDE } from './cifar10.js';

/**
 * The class of each row of logits.
 * @param {import('../../dist/index.js').Tensor} logits [N, classes]
 * @returns {number[]} N class numbers
 */
export function predictions(logits) {
  const [count, classes] = logits.shape;
  const data = logits.dataSync();
  return Array.from({ length: count }, (_, row) => {
    let best = 0;
    for (let i = 1; i < classes; i++) if (data[row * classes + i] > data[row * classes + best]) best = i;
    return best;
  });
}

/** How many rows of `logits` have their largest number at the label. */
export function correctIn(logits, labels) {
  return predictions(logits).filter((predicted, i) => predicted === labels[i]).length;
}

/**
 * Runs a model in evaluation mode over the images as they are, and leaves it in the mode it was in.
 * @param {import('../../dist/index.js').Module} model images [N, 3, 32, 32] -> logits
 * @param {import('./cifar10.js').Split} split
 * @returns {{ accuracy: number, perClass: number[] }} shares of 1
 */
export function evaluate(model, split) {
  const before = model.training;
  model.eval();
  const correct = CLASSES.map(() => 0);
  const total = CLASSES.map(() => 0);
  for (const { images, labels, size } of testBatches(split)) {
    const predicted = noGrad(() =>
      tidy(() => predictions(model.call(tensor(images, { shape: [size, 3, SIDE, SIDE] })))),
    );
    for (let i = 0; i < size; i++) {
      total[labels[i]]++;
      if (predicted[i] === labels[i]) correct[labels[i]]++;
    }
  }
  model.train(before);
  return {
    accuracy: correct.reduce((sum, count) => sum + count, 0) / split.count,
    perClass: correct.map((count, i) => count / total[i]),
  };
}
