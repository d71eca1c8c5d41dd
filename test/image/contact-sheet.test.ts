import t from 'tap';
import { drawText, shorten, textWidth } from '../../src/image/bitmap-font.js';
import { contactSheet } from '../../src/image/contact-sheet.js';
import { createPicture, type Picture } from '../../src/image/picture.js';

const flat = (width: number, height: number, color: [number, number, number]) =>
  createPicture(
    width,
    height,
    3,
    Float32Array.from({ length: width * height * 3 }, (_, i) => color[i % 3]),
  );
const at = ({ width, data }: Picture, x: number, y: number) => [
  ...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
];

/** The rectangle in which pixels have this colour, [left, top, right, bottom]. */
function boundsOf(sheet: Picture, color: number[]): number[] {
  const xs: number[] = [];
  const ys: number[] = [];
  for (let y = 0; y < sheet.height; y++) {
    for (let x = 0; x < sheet.width; x++) {
      if (at(sheet, x, y).some((value, c) => value !== color[c])) continue;
      xs.push(x);
      ys.push(y);
    }
  }
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

const options = {
  tileSize: 40,
  margin: 5,
  textScale: 1,
  background: [0, 0, 0],
  foreground: [1, 1, 1],
  accent: [1, 1, 0],
} as const;
// Title line: a cell of 10 and a gap of 2.
const line = 12;

t.test('a grid with even margins', async (t) => {
  const red = flat(40, 40, [1, 0, 0]);
  const tiles = [red, flat(20, 20, [0, 1, 0]), flat(80, 80, [0, 0, 1])].map((picture) => ({ title: '', picture }));
  const sheet = contactSheet(tiles, { ...options, columns: 2 });
  t.same([sheet.width, sheet.height, sheet.channels], [5 + 2 * 45, 5 + 2 * (line + 45), 3]);
  t.same(boundsOf(sheet, [1, 0, 0]), [5, 5 + line, 44, 44 + line]);
  t.same(boundsOf(sheet, [0, 1, 0]), [50, 5 + line, 89, 44 + line], 'smaller: enlarged to the tile');
  t.same(boundsOf(sheet, [0, 0, 1]), [5, 50 + 2 * line, 44, 89 + 2 * line], 'larger: shrunk to the tile, second row');
});

t.test('the shape of a picture is kept, and a row is as high as its highest', async (t) => {
  const wide = { title: '', picture: flat(80, 20, [1, 0, 0]) };
  const alone = contactSheet([wide], options);
  t.same([alone.width, alone.height], [50, 5 + line + 10 + 5]);
  t.same(boundsOf(alone, [1, 0, 0]), [5, 5 + line, 44, 14 + line]);
  const beside = contactSheet([wide, { title: '', picture: flat(10, 40, [0, 1, 0]) }], options);
  t.same(boundsOf(beside, [1, 0, 0]), [5, 20 + line, 44, 29 + line], 'in the middle of the row');
  t.same(boundsOf(beside, [0, 1, 0]), [65, 5 + line, 74, 44 + line], 'in the middle of the column');
});

t.test('small pictures: RGB with hard pixels, masks smoothly', async (t) => {
  const two = createPicture(2, 2, 3, Float32Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0));
  const mask = createPicture(2, 2, 1, Float32Array.of(1, 0, 0, 1));
  const values = (picture: Picture) => {
    const sheet = contactSheet([{ title: '', picture }], options);
    return Array.from({ length: 40 }, (_, x) => at(sheet, 5 + x, 5 + line)[0]);
  };
  t.same(values(two), [...Array<number>(20).fill(1), ...Array<number>(20).fill(0)]);
  const ramp = values(mask);
  t.same([ramp[0], ramp[39]], [1, 0]);
  t.ok(ramp[15] > ramp[19] && ramp[19] > ramp[25] && ramp[25] > 0, 'a ramp');
  t.same(
    at(contactSheet([{ title: '', picture: mask }], options), 5, 5 + line),
    [1, 1, 1],
    'grey on all three channels',
  );
});

t.test('the default number of columns: at most 4, rows as even as can be', async (t) => {
  const columns = (count: number) => {
    const tiles = Array.from({ length: count }, () => ({ title: '', picture: flat(8, 8, [1, 1, 1]) }));
    return (contactSheet(tiles, options).width - 5) / 45;
  };
  t.same([1, 3, 4, 5, 6, 7, 8, 9].map(columns), [1, 3, 4, 3, 3, 4, 4, 3]);
});

t.test('titles are drawn above their picture, headings above the row', async (t) => {
  const tiles = ['L', '', 'L'].map((title) => ({ title, picture: flat(40, 40, [0, 0, 1]) }));
  const sheet = contactSheet(tiles, { ...options, columns: 2, rowHeadings: ['H'] });
  const heading = line + 2;
  t.equal(sheet.height, 5 + heading + 2 * (line + 45));
  t.same(boundsOf(sheet, [1, 1, 0]), [5, 5, 9, 11], 'the heading, 5 x 7');
  t.same(
    boundsOf(sheet, [1, 1, 1]),
    [5, 5 + heading, 9, 50 + heading + line + 6],
    'L of the first and of the third tile',
  );
  t.same(at(sheet, 50, 5 + heading), [0, 0, 0], 'no title above the second');
});

/** What a text looks like, rows of # and dots. */
function drawn(text: string, scale = 1): string[] {
  const picture = createPicture(textWidth(text, scale), 9 * scale, 3);
  drawText(picture, text, 0, 0, scale, [1, 1, 1]);
  return Array.from({ length: picture.height }, (_, y) =>
    Array.from({ length: picture.width }, (_, x) => (at(picture, x, y)[0] === 1 ? '#' : '.')).join(''),
  );
}

t.test('the letters', async (t) => {
  t.same(drawn('Hi'), [
    '#...#...#..',
    '#...#......',
    '#...#..##..',
    '#####...#..',
    '#...#...#..',
    '#...#...#..',
    '#...#..###.',
    '...........',
    '...........',
  ]);
  t.same(drawn('i', 2)[0], '....##....', 'a dot is scale x scale');
  const printable = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i));
  const shapes = new Set(printable.map((character) => drawn(character).join('\n')));
  t.equal(shapes.size, 95, 'no two characters look alike');
  for (const character of printable.slice(1)) {
    t.ok(
      drawn(character).some((row) => row.includes('#')),
      `${character} has ink`,
    );
  }
  t.same(drawn('é中\n'), drawn('???'), 'others show as question marks');
});

t.test('text beyond the edge is left out', async (t) => {
  const picture = createPicture(4, 4, 3);
  drawText(picture, '##', -3, -2, 1, [1, 1, 1]);
  t.same(at(picture, 0, 0), [1, 1, 1]);
  t.equal(picture.data.length, 48);
});

t.test('long titles are shortened', async (t) => {
  t.equal(shorten('abcdef', 35, 1), 'abcdef', '6 characters of 6 less the last gap');
  t.equal(shorten('abcdef', 34, 1), 'abc..');
  t.equal(shorten('ab cdef', 34, 1), 'ab..', 'no space before the dots');
  t.equal(shorten('abcdef', 70, 2), 'abcdef');
  t.equal(shorten('abcdef', 3, 1), '');
});

t.test('bad input', async (t) => {
  t.throws(() => contactSheet([]), {
    name: 'ArgumentError',
    message: 'contactSheet: expected at least one tile, got none',
  });
  const tiles = [{ title: '', picture: flat(1, 1, [0, 0, 0]) }];
  t.throws(() => contactSheet(tiles, { columns: 0 }), { name: 'ShapeError', message: /at least 1, got 0x224/ });
  t.throws(() => contactSheet(tiles, { margin: -1 }), { name: 'ShapeError', message: /got -1 and 2/ });
});
