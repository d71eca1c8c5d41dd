/** The picture of a training's course: an XML that stands, and lines that show the numbers. */
import t from 'tap';
import { curvesSvg } from '../../src/training/curves.js';
import type { EpochRecord } from '../../src/training/training-run.js';

function record(epoch: number, loss: number, accuracy: number, test?: number): EpochRecord {
  return {
    ...{ epoch, loss, accuracy, lr: 0.1, imagesPerSecond: 100, seconds: 10 * epoch },
    ...(test === undefined ? {} : { test }),
  };
}

/** Why a text is no XML, or null: tags that do not match, attributes that are none, signs that are not escaped. */
function fault(xml: string): string | null {
  const open: string[] = [];
  let at = 0;
  for (const match of xml.matchAll(/<(\/?)([a-zA-Z]+)((?:\s+[a-zA-Z0-9:-]+="[^"<&]*(?:&#\d+;[^"<&]*)*")*)\s*(\/?)>/g)) {
    const text = xml.slice(at, match.index);
    if (/[<>]|&(?!#\d+;)/.test(text.replace(/\{[^}]*\}/g, ''))) return `text ${JSON.stringify(text)}`;
    at = match.index + match[0].length;
    const [, closing, name, , empty] = match;
    if (closing === '') {
      if (empty === '') open.push(name);
    } else if (open.pop() !== name) return `</${name}>`;
    if (open.length === 0 && xml.slice(at).trim() !== '') return 'more than one root';
  }
  if (open.length > 0 || at === 0) return `not closed: ${open.join()}`;
  return null;
}

/** The points of every polyline. */
function polylines(svg: string): { kind: string; points: number[][] }[] {
  return [...svg.matchAll(/<polyline class="line (\w+)" points="([^"]*)"/g)].map(([, kind, points]) => ({
    kind,
    points: points.split(' ').map((point) => point.split(',').map(Number)),
  }));
}

t.test('the check of XML can fail', async (t) => {
  t.equal(fault('<a><b x="1"/>text &#38;</a>\n'), null);
  for (const bad of [
    '<a><b></a>',
    '<a>',
    'text',
    '<a>&</a>',
    '<a>1 < 2</a>',
    '<a x="<"/>',
    '<a/><a/>',
    '<a x=1></a>',
  ]) {
    t.not(fault(bad), null, bad);
  }
});

const history = [
  record(1, 2.1, 0.25, 0.3),
  record(2, 1.4, 0.5),
  record(3, 0.7, 0.625, 0.8),
  record(4, 0.9, 0.75),
  record(5, 0.6, 0.875, 0.9),
];

t.test('a point for each epoch, and one for each test', async (t) => {
  const svg = curvesSvg(history, 'vgg 4 M');
  t.equal(fault(svg), null);
  const lines = polylines(svg);
  t.same(
    lines.map(({ kind, points }) => [kind, points.length]),
    [
      ['train', 5],
      ['train', 5],
      ['test', 3],
    ],
  );
  const [loss, learnt, tested] = lines.map(({ points }) => points);
  const columns = loss.map(([x]) => x);
  t.ok(
    columns.every((x, i) => Math.abs(x - (columns[0] + (i * (columns[4] - columns[0])) / 4)) <= 0.1),
    'epochs at equal distances',
  );
  t.ok(columns[0] >= 0 && columns[4] <= 720);
  t.same(
    learnt.map(([x]) => x),
    columns,
  );
  t.same(
    tested.map(([x]) => x),
    [columns[0], columns[2], columns[4]],
    'tests where they were made',
  );
  // up is more; each line is the values along one scale, in tenths of a pixel
  const along = (name: string, points: number[][], values: number[]) => {
    const scale = (points[4][1] - points[0][1]) / (values[4] - values[0]);
    t.ok(scale < 0, `${name}: more is higher up`);
    const worst = Math.max(...points.map(([, y], i) => Math.abs(y - points[0][1] - scale * (values[i] - values[0]))));
    t.ok(worst < 0.15, `${name}: off by ${worst} pixels`);
    return scale;
  };
  along(
    'loss',
    loss,
    history.map((one) => one.loss),
  );
  const accuracies = history.map(({ accuracy }) => accuracy);
  const scale = along('accuracy', learnt, accuracies);
  t.ok(Math.abs(tested[1][1] - learnt[0][1] - scale * (0.8 - 0.25)) < 0.15, 'both accuracies have one scale');
  t.ok(Math.max(...loss.map(([, y]) => y)) < Math.min(...learnt.map(([, y]) => y)), 'loss above accuracy');
  for (const text of ['loss 0.60', 'augmented 87.50', 'test 90.00', 'accuracy, %', 'epoch', 'vgg 4 M']) {
    t.match(svg, `>${text}</text>`);
  }
});

t.test('the title is escaped', async (t) => {
  const svg = curvesSvg(history, 'vgg <4> & "friends"');
  t.equal(fault(svg), null);
  t.equal(svg.split('vgg &#60;4&#62; &#38; &#34;friends&#34;').length - 1, 2, 'as the title and as the label');
  t.notMatch(svg, '<4>');
});

t.test('few epochs, many epochs, and numbers that do not change', async (t) => {
  const cases: [string, EpochRecord[]][] = [
    ['none', []],
    ['one', [record(1, 2.3, 0.1, 0.1)]],
    ['always the same', [record(1, 0, 0, 0), record(2, 0, 0, 0)]],
    ['never tested', [record(1, 2, 0.5), record(2, 1, 0.75)]],
    ['a hundred', Array.from({ length: 100 }, (_, i) => record(i + 1, 100 / (i + 1) ** 3, i / 100, i / 100))],
  ];
  for (const [name, some] of cases) {
    const svg = curvesSvg(some, 'x');
    t.equal(fault(svg), null, name);
    t.notMatch(svg, /NaN|Infinity|undefined/, name);
    const tested = some.filter(({ test }) => test !== undefined).length;
    t.same(
      polylines(svg).map(({ points }) => points.length),
      [some.length, some.length, tested].filter((length) => length > 0),
      name,
    );
    const places = polylines(svg).flatMap(({ points }) => points);
    t.ok(
      places.every(([x, y]) => x >= 0 && x <= 720 && y >= 0 && y <= 420),
      `${name}: inside the picture`,
    );
    const ticks = [...svg.matchAll(/class="axis" text-anchor="middle" x="[^"]*" y="206">(\d+)</g)].map(([, n]) => +n);
    t.ok(ticks.length <= 13 && ticks[0] === 1, `${name}: ${ticks.join()}`);
    t.ok(
      ticks.every((tick) => tick <= Math.max(1, some.length)),
      `${name}: no epoch beyond the last`,
    );
  }
});
