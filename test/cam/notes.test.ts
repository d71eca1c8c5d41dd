/** The notes' script in examples/ runs, and its pictures are those of the classes it uses. */
import { readFileSync } from 'node:fs';
import t from 'tap';
import { runNotes } from '../../examples/notes.js';
import { explain, loadModel, preprocess, decodeImage, type LoadedModel } from 'backlight';

const root = new URL('../../', import.meta.url);
const bytes = (path: string) => new Uint8Array(readFileSync(new URL(path, root)));

t.test('the notes, on the example picture with the shipped weights', async (t) => {
  const loaded: LoadedModel = loadModel(bytes('weights/vgg-cifar10.safetensors'));
  const photo = decodeImage(bytes('examples/cat.png'));
  const cat = loaded.labels.indexOf('cat');
  const { images, masks, guided } = await runNotes(loaded, photo, cat);

  const { model, preprocess: spec } = loaded;
  if (!spec) throw new Error('the shipped weights have no preprocessing');
  const { input, picture } = preprocess(photo, spec);
  const relus = model
    .namedModules()
    .filter(([name, module]) => name.startsWith('features.') && module.constructor.name === 'ReLU');
  t.equal(images.length, relus.length, 'one overlay for each ReLU');

  const layer = relus[relus.length - 1][1];
  const { explanations } = await explain(model, input, picture, { layer, classes: [cat] });
  t.same(masks[masks.length - 1].data, explanations[0].mask?.data, 'the last mask is that of explain()');
  t.same(images[images.length - 1].data, explanations[0].image.data, 'and so is the overlay');
  t.same(guided.data, explanations[1].image.data, 'all ReLUs of this network are in features');
  t.equal(
    model.modules().reduce((count, module) => count + module.hookCount, 0),
    0,
    'no hook stays',
  );
});
