/** The grid game with a model whose right answers are known: it sees four colours, each in a map of its own. */
import t from 'tap';
import { backendInfo } from '../../src/backends/active.js';
import { loadStateDict } from '../../src/nn/state-dict.js';
import { AdaptiveAvgPool2d, Conv2d, Flatten, Linear, ReLU } from '../../src/nn/layers.js';
import type { Module } from '../../src/nn/module.js';
import { Sequential } from '../../src/nn/sequential.js';
import { tensor } from '../../src/ops/creation.js';
import { probabilitiesOf } from '../../src/training/evaluate.js';
import {
  drawMosaics,
  gridGame,
  gridMethods,
  mosaicPicture,
  scoreMap,
  type GridMap,
  type Mosaic,
} from '../../src/training/grid-game.js';
import type { LabelledImages } from '../../src/training/labelled-images.js';
import { settledStorages } from '../settled.js';
import { colourImages, randomImages } from './helpers.js';

const classes = ['red', 'green', 'blue', 'yellow'];
const statistics = { mean: [0, 0, 0], std: [1, 1, 1] } as const;
const side = 6;

/** Nine images, by number: red 0 4 8, green 1 5, blue 2 6, yellow 3 7. `shift` gives each the label of another colour. */
function colours(shift = 0): LabelledImages {
  const all = Array.from({ length: 9 }, (_, i) => i);
  const palette = [
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
    [255, 255, 0],
  ] as const;
  const labels = all.map((i) => ((i % 4) + shift) % 4);
  return colourImages(
    all.map((i) => palette[i % 4]),
    labels,
    side,
    classes,
  );
}

type Row = [number, number, number];

/** 1x1 convolution, ReLU, the mean over the whole image, and one output for each map. */
function detector(filters: readonly Row[], bias: readonly number[]): { model: Sequential; layer: Module } {
  const layer = new ReLU();
  const model = new Sequential(new Conv2d(3, 4, 1), layer, new AdaptiveAvgPool2d(1), new Flatten(), new Linear(4, 4));
  const identity = Array.from({ length: 16 }, (_, i) => (i % 5 === 0 ? 20 : 0));
  const state = new Map([
    ['0.weight', tensor(filters.flat(), { shape: [4, 3, 1, 1] })],
    ['0.bias', tensor([...bias])],
    ['4.weight', tensor(identity, { shape: [4, 4] })],
    ['4.bias', tensor([0, 0, 0, 0])],
  ]);
  loadStateDict(model, state);
  for (const value of state.values()) value.dispose();
  return { model: model.eval(), layer };
}

const fourColours = () =>
  detector(
    [
      [1, -1, -1],
      [-1, 1, -1],
      [-1, -1, 1],
      [1, 1, -1],
    ],
    [0, 0, 0, -1.5],
  );

const mosaics: Mosaic[] = [
  [0, 1, 2, 3],
  [7, 6, 5, 4],
  [2, 3, 8, 1],
  [3, 0, 1, 2],
  [5, 4, 7, 2],
  [8, 7, 6, 5],
  [1, 2, 3, 0],
  [6, 1, 0, 3],
  [1, 3, 0, 2],
  [2, 0, 3, 1],
];

t.test('the score of one map', async (t) => {
  // 4x4, cells of 2x2
  const map = [
    [0, 1, 0, 0],
    [1, 0, 0, 3],
    [0, 0, 0, 2],
    [0, 0, 0.5, 0.5],
  ];
  const score = (cell: number, values: number[] = map.flat()) => scoreMap(Float32Array.from(values), 2, cell);
  t.same(
    [0, 1, 2, 3].map((cell) => score(cell)),
    [
      { hit: false, energy: 2 / 8 },
      { hit: true, energy: 3 / 8 },
      { hit: false, energy: 0 },
      { hit: false, energy: 3 / 8 },
    ],
  );
  for (let place = 0; place < 16; place++) {
    const one = new Array<number>(16).fill(0);
    one[place] = 0.25;
    const cell = [0, 0, 1, 1, 0, 0, 1, 1, 2, 2, 3, 3, 2, 2, 3, 3][place];
    t.same(
      [0, 1, 2, 3].map((other) => score(other, one)),
      [0, 1, 2, 3].map((other) => ({ hit: other === cell, energy: Number(other === cell) })),
      `a maximum at ${place} is in cell ${cell}`,
    );
  }
  const blank = new Array<number>(16).fill(0);
  t.same(
    [0, 1, 2, 3].map((cell) => score(cell, blank)),
    new Array(4).fill({ hit: false, energy: 0 }),
    'a blank map finds nothing, anywhere',
  );
});

t.test('mosaics: four classes, of images that are classified rightly and with confidence', async (t) => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  const images = randomImages(60, 2, names);
  // i % 6 is the label. Class f is never right; of the others some are sure, some not, some wrong
  const probabilities = new Float32Array(360).fill(0.01);
  const usable = new Set<number>();
  for (let i = 0; i < 60; i++) {
    const label = i % 6;
    const wrong = label === 5 || i % 5 === 0;
    const sure = i % 4 !== 0;
    probabilities[6 * i + (wrong ? (label + 1) % 6 : label)] = sure ? 0.95 : 0.89;
    if (!wrong && sure) usable.add(i);
  }
  const drawn = drawMosaics(images, probabilities, 400);
  t.equal(drawn.length, 400);
  t.ok(
    drawn.every((mosaic) => mosaic.length === 4 && new Set(mosaic.map((i) => i % 6)).size === 4),
    'different classes',
  );
  t.same(
    [...new Set(drawn.flat())].sort((a, b) => a - b),
    [...usable].sort((a, b) => a - b),
    'all that may take part, and no other',
  );
  for (const cell of [0, 1, 2, 3]) {
    t.same([...new Set(drawn.map((mosaic) => mosaic[cell] % 6))].sort(), [0, 1, 2, 3, 4], `every class in ${cell}`);
  }
  t.same(drawMosaics(images, probabilities, 400), drawn, 'the same again');
  t.same(drawMosaics(images, probabilities, 10), drawn.slice(0, 10), 'fewer are the first of them');
  t.notSame(drawMosaics(images, probabilities, 400, 1), drawn, 'others for another seed');

  const three = probabilities.map((p, i) => (Math.floor(i / 6) % 6 > 2 ? 0.1 : p));
  t.throws(() => drawMosaics(images, three, 1), {
    name: 'ArgumentError',
    message:
      /^grid game: expected at least 4 classes with images that the model classifies rightly with p >= 0\.9, got 3/,
  });
});

t.test('a mosaic as a picture', async (t) => {
  const images = randomImages(5, 3, classes);
  const { width, height, channels, data } = mosaicPicture(images, [4, 0, 3, 1]);
  t.same([width, height, channels], [6, 6, 3]);
  const rows = [
    [4, 0],
    [3, 1],
  ];
  for (let y = 0; y < 6; y++) {
    for (let x = 0; x < 6; x++) {
      const image = rows[Math.floor(y / 3)][Math.floor(x / 3)];
      const bytes = [0, 1, 2].map((c) => images.pixels[27 * image + 9 * c + 3 * (y % 3) + (x % 3)]);
      t.same(
        [...data.subarray(18 * y + 3 * x, 18 * y + 3 * x + 3)],
        bytes.map((byte) => Math.fround(byte / 255)),
        `${x},${y}`,
      );
    }
  }
});

t.test('a model that sees the four colours wins by every method', async (t) => {
  const { model, layer } = fourColours();
  const images = colours();
  const before = await settledStorages();
  const probabilities = await probabilitiesOf(model, images, statistics);
  t.ok(
    probabilities.every((p, i) => (i % 4 === Math.floor(i / 4) % 4 ? p > 0.99 : p < 0.01)),
    'it knows all of them',
  );
  const progress: number[] = [];
  const maps: GridMap[] = [];
  const scores = await gridGame(model, layer, {
    ...{ images, statistics, mosaics },
    onProgress: (done) => progress.push(done),
    onMap: (map) => maps.push(map),
  });
  for (const method of gridMethods) t.same(scores[method], { pointing: 1, energy: 1, n: 10 }, method);
  t.same(progress, [8, 10]);
  t.equal(maps.length, 10 * 4 * 4);
  for (const [n, mosaic] of mosaics.entries()) {
    const own = maps.filter((map) => map.mosaic === mosaic);
    t.same(
      own.map(({ cell, method }) => `${cell} ${method}`),
      [0, 1, 2, 3].flatMap((cell) => gridMethods.map((method) => `${cell} ${method}`)),
      `mosaic ${n}`,
    );
  }
  // the gradient of a map's mean is 1/144; times 20, times a red of 1
  const [{ map }] = maps;
  t.same([map.width, map.height, map.channels], [12, 12, 1]);
  t.same(
    [...map.data],
    Array.from({ length: 144 }, (_, i) => (i < 72 && i % 12 < 6 ? Math.fround(20 / 144) : 0)),
    'Grad-CAM lights up the red cell evenly',
  );
  t.equal(backendInfo().storages, before, 'nothing is left behind');
  model.dispose();
});

t.test('asked for the colour of another cell, it points at that one', async (t) => {
  const { model, layer } = fourColours();
  for (const shift of [1, 2, 3]) {
    const scores = await gridGame(model, layer, { images: colours(shift), statistics, mosaics });
    for (const method of gridMethods) t.same(scores[method], { pointing: 0, energy: 0, n: 10 }, `${shift} ${method}`);
  }
  model.dispose();
});

t.test('a map that is everywhere the same finds a quarter; no gradient finds nothing', async (t) => {
  const zero: Row = [0, 0, 0];
  const { model, layer } = detector([zero, zero, zero, zero], [1, 1, 1, 1]);
  const scores = await gridGame(model, layer, { images: colours(), statistics, mosaics });
  t.same(scores.gradCam, { pointing: 0.25, energy: 0.25, n: 10 }, 'chance: the maximum is the first pixel');
  const blank = { pointing: 0, energy: 0, n: 10 };
  t.same([scores.guidedBackprop, scores.guidedGradCam, scores.gradient], [blank, blank, blank]);
  model.dispose();
});

t.test('images are normalised as for the model', async (t) => {
  const { model, layer } = fourColours();
  const images = colours();
  // black is -1 and white is 1, so that red is 1 - (-1) - (-1) = 3 to its filter, and yellow 1
  const other = { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] } as const;
  const maps: GridMap[] = [];
  const scores = await gridGame(model, layer, {
    ...{ images, statistics: other, mosaics: mosaics.slice(0, 1) },
    onMap: (map) => maps.push(map),
  });
  t.equal(scores.gradCam.pointing, 1);
  const { data } = maps[0].map;
  const seen = new Set(data.map((value) => Math.round(144 * value * 1e4) / 1e4));
  t.same(
    [...seen].sort((a, b) => a - b),
    [0, 20, 3 * 20],
    'the map of red',
  );
  model.dispose();
});
