/** Integrated gradients and occlusion: known answers, what the papers promise, errors, and what stays behind. */
import t from 'tap';
import {
  Flatten,
  Linear,
  Module,
  Sequential,
  backendInfo,
  integratedGradients,
  manualSeed,
  noGrad,
  occlusion,
  randn,
  sum,
  tensor,
  vgg,
  type Tensor,
} from '../../src/index.js';
import { settledStorages } from '../settled.js';
import { close, hooksOf } from './helpers.js';

/** logits: the sum of squares, and minus that */
class Squares extends Module<[Tensor]> {
  override forward(x: Tensor): Tensor {
    const total = sum(x.mul(x).flatten(1), 1, true);
    return total.mul(tensor([[1, -1]]));
  }
}

/** logits: each pixel times its number, in two rows of opposite sign */
function linear(pixels: number): Module {
  const layer = new Linear(pixels, 2, { bias: false });
  const weight = Array.from({ length: pixels }, (_, i) => i);
  noGrad(() => layer.weight.copy_(tensor([weight, weight.map((value) => -value)])));
  return new Sequential(new Flatten(), layer);
}

function network(): Module {
  manualSeed(21);
  return vgg({ cfg: [6, 'M', 8], avgpool: 1, hidden: [6], classes: 3 }).eval();
}

const ramp = (height: number, width: number) =>
  tensor(
    Array.from({ length: height * width }, (_, i) => i + 1),
    { shape: [1, 1, height, width] },
  );

t.test('nothing stays behind, errors included', async (t) => {
  using model = network();
  const x = randn([1, 3, 8, 8]);
  const before = await settledStorages();
  const runs = {
    occlusion: async () => void (await occlusion(model, x, { classes: 0, batchSize: 5 })),
    'integrated gradients': async () => void (await integratedGradients(model, x, { classes: 0, steps: 4 })),
  };
  for (const [name, run] of Object.entries(runs)) {
    await run();
    t.equal(backendInfo().storages, before, name);
    for (const failing of [1, 3]) {
      let calls = 0;
      using handle = model.getSubmodule('classifier.0').registerForwardHook(() => {
        if (++calls === failing) throw new Error('out of luck');
      });
      t.ok(handle);
      await t.rejects(run(), { message: 'out of luck' });
      t.equal(backendInfo().storages, before, `${name}: a failure in run ${failing}`);
    }
    t.notOk(
      model.parameters().some((parameter) => parameter.grad),
      `${name}: parameters get no gradients`,
    );
  }
  t.equal(hooksOf(model), 0);
});

t.test('integrated gradients of a sum of squares: the squares, in however many steps', async (t) => {
  const x = tensor([[[[1, -2, 3]]], [[[0, 0.5, -1]]]]);
  for (const steps of [1, 7]) {
    const found = await integratedGradients(new Squares(), x, { classes: [0, 1], steps });
    close(t, found[0].data, [1, 4, 9], 1e-5, `${steps} steps`);
    close(t, found[1].data, [0, -0.25, -1], 1e-6, `${steps} steps, the other class`);
  }
  // x^2 - b^2
  const [number] = await integratedGradients(new Squares(), x.narrow(0, 0, 1), { classes: 0, baseline: 1 });
  close(t, number.data, [0, 3, 8], 1e-5, 'another baseline');
  const baseline = tensor([[[[0, -2, 1]]]]);
  const [given] = await integratedGradients(new Squares(), x.narrow(0, 0, 1), { classes: 0, baseline });
  close(t, given.data, [1, 0, 8], 1e-5, 'a tensor as the baseline');
});

t.test('integrated gradients add up to the difference of the scores', async (t) => {
  using model = network();
  const x = randn([2, 3, 10, 10]);
  const classes = [2, 0];
  const found = await integratedGradients(model, x, { classes, steps: 200 });
  const scores = noGrad(() => model.call(x)).dataSync();
  const start = noGrad(() => model.call(x.mul(0))).dataSync();
  found.forEach(({ data }, n) => {
    const wanted = scores[n * 3 + classes[n]] - start[n * 3 + classes[n]];
    const total = data.reduce((a, b) => a + b, 0);
    t.ok(Math.abs(total - wanted) < 0.01 * Math.abs(wanted), `sample ${n}: ${total} for ${wanted}`);
  });
});

t.test('occlusion of a linear score: the sum under the square', async (t) => {
  const [{ drops, map }] = await occlusion(linear(16), ramp(4, 4), { classes: 0, window: 2, stride: 2 });
  // i (i + 1) of the pixels 0 1 4 5, 2 3 6 7, 8 9 12 13, 10 11 14 15
  close(t, drops.data, [0 + 2 + 20 + 30, 6 + 12 + 42 + 56, 72 + 90 + 156 + 182, 110 + 132 + 210 + 240], 1e-4);
  t.same([drops.width, drops.height, map.width, map.height], [2, 2, 4, 4]);
  const [a, b, c, d] = drops.data;
  t.same([...map.data], [a, a, b, b, a, a, b, b, c, c, d, d, c, c, d, d], 'each pixel has its square’s');

  const [{ drops: ofOther }] = await occlusion(linear(16), ramp(4, 4), { classes: 1, window: 2, stride: 2 });
  close(t, ofOther.data, [-a, -b, -c, -d], 1e-4, 'the other class');
  const [{ drops: filled }] = await occlusion(linear(16), ramp(4, 4), { classes: 0, window: 4, value: 1 });
  // sum of i (i + 1) - i
  close(t, filled.data, [1240], 1e-3, 'filled with 1');
});

t.test('overlapping squares are averaged; edges and gaps take the nearest', async (t) => {
  // windows at 0, 1, 2 of 5 pixels: the last pixel is covered by none
  const [{ drops, map }] = await occlusion(linear(5), ramp(1, 5), { classes: 0, window: 1, stride: 2 });
  close(t, drops.data, [0, 6, 20], 1e-4);
  close(t, map.data, [0, 0, 6, 6, 20], 1e-4, 'gaps');
  const [{ drops: few, map: wide }] = await occlusion(linear(16), ramp(4, 4), { classes: 0, window: 3, stride: 1 });
  t.equal(few.data.length, 4);
  const [p, q, r, s] = few.data;
  close(t, wide.data.slice(0, 4), [p, (p + q) / 2, (p + q) / 2, q], 1e-3, 'the first row');
  close(t, wide.data.slice(4, 8), [(p + r) / 2, (p + q + r + s) / 4, (p + q + r + s) / 4, (q + s) / 2], 1e-3);
  const [{ map: cut }] = await occlusion(linear(16), ramp(4, 4), { classes: 0, window: 3, stride: 2 });
  t.equal(new Set(cut.data).size, 1, 'one square: its value everywhere');
});

t.test('batches and batch sizes change nothing; progress; the default square', async (t) => {
  using model = network();
  const x = randn([2, 3, 11, 11]);
  const seen: string[] = [];
  const together = await occlusion(model, x, {
    classes: [1, 2],
    batchSize: 4,
    onProgress: (done, total) => seen.push(`${done}/${total}`),
  });
  // a square of 3 moves by 2: 5 x 5 places, and the whole picture
  t.equal(together[0].drops.width, 5);
  t.same([seen[0], seen[1], seen.at(-1)], ['1/52', '5/52', '52/52']);
  for (const n of [0, 1]) {
    const [alone] = await occlusion(model, x.narrow(0, n, 1), { classes: n + 1, batchSize: 25 });
    const scale = Math.max(...alone.drops.data.map(Math.abs));
    close(t, together[n].drops.data, [...alone.drops.data], 1e-4 * scale, `sample ${n}`);
  }
  const steps: string[] = [];
  const onProgress = (done: number, total: number) => steps.push(`${done}/${total}`);
  await integratedGradients(model, x, { classes: 0, steps: 3, onProgress });
  t.same(steps, ['1/3', '2/3', '3/3']);
});

t.test('bad input is told', async (t) => {
  using model = network();
  const x = randn([1, 3, 8, 8]);
  const poisoned = tensor([NaN, ...new Array<number>(191).fill(0)], { shape: [1, 3, 8, 8] });
  await t.rejects(occlusion(model, poisoned, { classes: 0 }), { message: /occlusion: the input: expected finite/ });
  await t.rejects(occlusion(model, x, { classes: 0, window: 9 }), { message: /window of 1 to 8 pixels, got 9/ });
  await t.rejects(occlusion(model, x, { classes: 0, stride: 0 }), { message: /stride of at least 1 pixel, got 0/ });
  await t.rejects(occlusion(model, x, { classes: 3 }), { message: /class numbers from 0 to 2, got 3/ });
  await t.rejects(occlusion(model, x, { classes: [0, 1] }), { message: /1 class numbers for a batch of 1, got 2/ });
  await t.rejects(occlusion(model, x.reshape([3, 8, 8]), { classes: 0 }), { message: /\[N,C,H,W\], got \[3,8,8\]/ });
  await t.rejects(integratedGradients(model, poisoned, { classes: 0 }), { message: /the input: expected finite/ });
  await t.rejects(integratedGradients(model, x, { classes: 0, steps: 0 }), { message: /steps of at least 1, got 0/ });
  await t.rejects(integratedGradients(model, x, { classes: 3 }), { message: /class numbers from 0 to 2, got 3/ });
  await t.rejects(integratedGradients(model, x, { classes: 0, baseline: NaN }), { message: /expected finite numbers/ });
  const baseline = randn([1, 3, 7, 7]);
  await t.rejects(integratedGradients(model, x, { classes: 0, baseline }), { name: 'ShapeError' });
});
