import t from 'tap';

interface Settings {
  parseIds(text: string): string[];
  parseContenders(text: string): string[];
  parseThreads(text: string): number[];
  parseRounds(text: string): number;
}
const inBench = (path: string) => new URL(`../../bench/lib/${path}`, import.meta.url).href;
const settings = (await import(inBench('settings.js'))) as Settings;

t.test('ids come in the order of the table, once', async (t) => {
  t.strictSame(settings.parseIds('tiny-op, vgg16-forward,tiny-op'), ['vgg16-forward', 'tiny-op']);
  t.throws(() => settings.parseIds('vgg16,tiny-op'), {
    message: /^--only: there is no "vgg16"; there are vgg16-features-forward, vgg16-forward, .*memory-vgg16-grad-cam$/,
  });
  t.throws(() => settings.parseIds(' , '), { message: /^--only: expected ids separated by commas, got none/ });
});

t.test('contenders, with or without their scope', async (t) => {
  const both = ['onnxruntime-node', '@tensorflow/tfjs-backend-wasm'];
  t.strictSame(settings.parseContenders('tfjs-backend-wasm,onnxruntime-node'), both);
  t.strictSame(settings.parseContenders('@tensorflow/tfjs-backend-wasm'), both.slice(1));
  t.throws(() => settings.parseContenders('tfjs'), {
    message: /^--contenders: there is no "tfjs"; there are onnxruntime-node, onnxruntime-web, .*pytorch/,
  });
});

t.test('numbers of threads and rounds', async (t) => {
  t.strictSame(settings.parseThreads('2,1,2'), [1, 2]);
  t.strictSame(settings.parseThreads(' 4 '), [4]);
  for (const wrong of ['', '0', '1,x', '-1', '1.5', '65', '1e1']) {
    t.throws(() => settings.parseThreads(wrong), { message: /^--threads: expected whole numbers from 1 to 64/ }, wrong);
  }
  t.equal(settings.parseRounds('7'), 7);
  for (const wrong of ['0', '', 'many', '2.5', '1001']) {
    t.throws(
      () => settings.parseRounds(wrong),
      { message: /^--rounds: expected a whole number from 1 to 1000/ },
      wrong,
    );
  }
});
