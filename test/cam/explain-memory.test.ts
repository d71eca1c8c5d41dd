/** A thousand explanations leave no storages, no hooks and no memory behind. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import t from 'tap';
import { backendInfo, createPicture, explain, manualSeed, randn, vgg } from '../../src/index.js';
import { hooksOf } from './helpers.js';

t.test('1,000 explanations: storages and hooks as after the first, memory flat', { timeout: 300_000 }, async (t) => {
  manualSeed(7);
  using model = vgg({ cfg: [4, 'M', 8], batchNorm: true, avgpool: 1, hidden: [], classes: 5 }).eval();
  model.requiresGrad_(false);
  const layer = model.getSubmodule('features.6');
  const picture = createPicture(24, 24, 3, new Float32Array(24 * 24 * 3).fill(0.4));
  using x = randn([1, 3, 24, 24]);
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  // Node 24's V8 keeps a young generation of over 100 MB once it has grown, and counts it as resident: there, what is in use
  const grown24 = Number(process.versions.node.split('.')[0]) >= 24;
  const resident = async () => {
    for (let i = 0; i < 3; i++) {
      if (typeof collect === 'function') collect();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const { rss, heapUsed, external } = process.memoryUsage();
    return (grown24 ? heapUsed + external : rss) / 2 ** 20;
  };
  let first = backendInfo();
  let early = 0;
  for (let i = 1; i <= 1000; i++) {
    await explain(model, x, picture, { layer, classes: [i % 5] });
    if (i === 1) first = backendInfo();
    if (i === 50) early = await resident();
  }
  t.same(backendInfo(), first, 'storages and bytes');
  t.equal(hooksOf(model), 0);
  t.type(collect, 'function');
  const grown = (await resident()) - early;
  t.ok(grown < 16, `memory grew by ${grown.toFixed(1)} MB`);
});
