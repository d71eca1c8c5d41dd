import t from 'tap';
import { explain, init, manualSeed, preprocess, preprocessPresets, setWarningHandler, vgg } from '../../src/index.js';
import { createPicture } from '../../src/image/picture.js';

t.test('a layer of one place: blank, and the warning says why', async (t) => {
  manualSeed(1);
  using model = vgg({ cfg: [4, 'M'], avgpool: 1, hidden: [], classes: 2 })
    .eval()
    .requiresGrad_(false);
  init.constant_(model.classifier.get(0).parameters()[0], 1);
  const picture = createPicture(
    8,
    8,
    3,
    new Float32Array(192).map((_, i) => (i % 7) / 7),
  );
  const { input } = preprocess(picture, { ...preprocessPresets.cifar10, size: 8 });
  const warnings: string[] = [];
  const before = setWarningHandler((message) => warnings.push(message));
  try {
    const { explanations } = await explain(model, input, picture, { layer: model.avgpool, methods: ['grad-cam'] });
    t.equal(explanations[0].blank, true);
    t.ok(explanations[0].raw.data[0] > 0, 'though the map is not zero');
    t.same(warnings, [
      "Grad-CAM: the map is blank, because it has one value everywhere (the layer's map has one place)",
    ]);
  } finally {
    setWarningHandler(before);
    input.dispose();
  }
});
