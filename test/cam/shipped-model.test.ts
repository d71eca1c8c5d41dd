/** What the README promises: on a picture with two classes the heat moves from one to the other. */
import { readFileSync } from 'node:fs';
import t from 'tap';
import { decodeImage, explain, loadModel, preprocess, type Picture } from '../../src/index.js';

const bytes = (path: string) => new Uint8Array(readFileSync(new URL(`../../${path}`, import.meta.url)));

/** The share of a mask's sum that lies left of the middle. */
function leftShare({ width, data }: Picture): number {
  const left = data.filter((_, i) => i % width < width / 2).reduce((sum, value) => sum + value, 0);
  return left / data.reduce((sum, value) => sum + value, 0);
}

t.test('the shipped model tells the cat from the airplane, and where each is', async (t) => {
  const { model, labels, preprocess: spec } = loadModel(bytes('weights/vgg-cifar10.safetensors'));
  if (!spec) throw new Error('the shipped weights have no preprocessing');
  const { input, picture } = preprocess(decodeImage(bytes('examples/cat-and-airplane.png')), spec);
  const classes = ['cat', 'airplane'].map((name) => labels.indexOf(name));
  const layer = model.getSubmodule('features.22');
  const { probabilities, explanations } = await explain(model, input, picture, {
    layer,
    classes,
    methods: ['grad-cam'],
  });

  const order = [...probabilities.keys()].sort((a, b) => probabilities[b] - probabilities[a]);
  t.same(new Set(order.slice(0, 2)), new Set(classes), 'the two top classes');
  const [cat, airplane] = explanations.map(({ mask }) => (mask ? leftShare(mask) : NaN));
  t.ok(cat > 0.8, `${(100 * cat).toFixed(0)} % of the cat's heat is on the left, where the cat is`);
  t.ok(airplane < 0.2, `${(100 * airplane).toFixed(0)} % of the airplane's heat is on the left`);
});
