import t from 'tap';
import { backendInfo, Module, tensor, workingSize, type Preprocess, type Tensor } from '../../src/index.js';
import { createPicture } from '../../src/image/picture.js';
import { parsePreprocess } from '../../src/weights/preprocess-spec.js';

const spec: Preprocess = {
  size: 8,
  sizes: [8, 12, 16, 24],
  fit: 'keep',
  method: 'area',
  order: 'RGB',
  range: 1,
  mean: [0, 0, 0],
  std: [1, 1, 1],
};

/** Surest of class 1 where the shorter side is `best`, and of class 0 at 16. */
class Sized extends Module<[Tensor]> {
  readonly seen: number[] = [];

  constructor(readonly best: number) {
    super();
  }

  override forward({ shape: [, , height, width] }: Tensor): Tensor {
    const side = Math.min(height, width);
    this.seen.push(side);
    return tensor([[side === 16 ? 1 : 0, side === this.best ? 3 : 0]]);
  }
}

t.test('the size at which the network is surest', async (t) => {
  const picture = createPicture(40, 30, 3);
  const { storages } = backendInfo();
  const model = new Sized(12);
  const { preprocess, tried } = await workingSize(model, picture, spec);
  t.same(preprocess, { ...without(spec), size: 12 });
  t.same(model.seen, [8, 12, 16, 24]);
  t.same(
    tried.map(({ size }) => size),
    [8, 12, 16, 24],
  );
  const shares = [0.5, 1 / (1 + Math.exp(-3)), 1 / (1 + Math.exp(-1)), 0.5];
  tried.forEach(({ certainty }, i) => t.ok(Math.abs(certainty - shares[i]) < 1e-6, `${certainty} at ${i}`));
  t.equal(backendInfo().storages, storages, 'nothing stays behind');

  const ofFirst = await workingSize(new Sized(12), picture, spec, (probabilities) => probabilities[0]);
  t.equal(ofFirst.preprocess.size, 16, 'by the certainty that the caller chooses');
});

t.test('a picture is not enlarged beyond its own size, but for the smallest one', async (t) => {
  const model = new Sized(24);
  t.equal((await workingSize(model, createPicture(16, 90, 3), spec)).preprocess.size, 16);
  t.same(model.seen, [8, 12, 16]);
  const tiny = new Sized(24);
  t.same(await workingSize(tiny, createPicture(5, 5, 1), spec), {
    preprocess: { ...without(spec), size: 8 },
    tried: [],
  });
  t.same(tiny.seen, [], 'and one size needs no run');
});

t.test('without sizes the preprocessing stays as it is', async (t) => {
  const model = new Sized(8);
  const one = { ...without(spec), size: 20 };
  t.same(await workingSize(model, createPicture(40, 40, 3), one), { preprocess: one, tried: [] });
  t.same(model.seen, []);
});

t.test('sizes in JSON', async (t) => {
  t.same(parsePreprocess(JSON.stringify(spec), 'x'), spec);
  const bad = (change: object) => () => parsePreprocess(JSON.stringify({ ...spec, ...change }), 'file');
  t.throws(bad({ sizes: [16, 8] }), { message: 'file: expected sizes to be up to 16 sizes, ascending, got [16,8]' });
  t.throws(bad({ sizes: [] }), { message: 'file: expected sizes to be up to 16 sizes, ascending, got []' });
  t.throws(bad({ fit: 'stretch' }), {
    message: 'file: expected sizes with fit "keep" only, got them with fit "stretch"',
  });
});

function without({ sizes: _, ...rest }: Preprocess): Preprocess {
  return rest;
}
