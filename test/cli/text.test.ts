import t from 'tap';
import { slug, stems, unique } from '../../src/cli/files.js';
import { StatusLine, columnsOf } from '../../src/cli/io.js';
import { halfBlocks, paletteIndex } from '../../src/cli/preview.js';
import { alignColumns, bar, clip, duration, grouped, percent } from '../../src/cli/table.js';
import { createPicture } from '../../src/image/picture.js';

t.test('numbers as text', async (t) => {
  t.same([1, 0.6154, 0.001, 0.0009, 0].map(percent), ['100.0 %', '61.5 %', '0.1 %', '<0.1 %', '0.0 %']);
  t.same([0, 999, 1000, 138357544].map(grouped), ['0', '999', '1,000', '138,357,544']);
  t.same([12.4, 2340].map(duration), ['12 ms', '2.3 s']);
});

t.test('bars', async (t) => {
  t.equal(bar(1, 4), '\u2588\u2588\u2588\u2588');
  t.equal(bar(0.5, 4), '\u2588\u2588');
  t.equal(bar(0.28125, 4), '\u2588\u258f', 'nine eighths');
  t.equal(bar(0, 4), '');
});

t.test('columns', async (t) => {
  t.same(
    alignColumns(
      [
        ['a', '1', 'x'],
        ['bcd', '23', ''],
      ],
      [1],
    ),
    ['a     1  x', 'bcd  23'],
  );
  t.equal(clip('abcdef', 6), 'abcdef');
  t.equal(clip('abcdefg', 6), 'abcd..');
});

t.test('a terminal that does not know its width', async (t) => {
  let text = '';
  const output = { write: (more: string) => (text += more), isTTY: true, columns: 0 };
  t.equal(columnsOf(output), 80);
  new StatusLine(output).show('Grad-CAM of cat (1 of 6)');
  t.equal(text, '\r\u001b[KGrad-CAM of cat (1 of 6)', 'what is done is not cut to nothing');
});

t.test('xterm colours', async (t) => {
  t.equal(paletteIndex(255, 0, 0), 196);
  t.equal(paletteIndex(0, 95, 135), 16 + 6 + 2);
  t.equal(paletteIndex(255, 255, 255), 231);
  t.equal(paletteIndex(128, 128, 128), 244, 'a grey of the ramp');
  t.equal(paletteIndex(0, 0, 0), 16);
});

t.test('half blocks: the upper pixel in front, the lower one behind', async (t) => {
  const picture = createPicture(2, 2, 3, Float32Array.of(1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0));
  t.same(halfBlocks(picture, 2, '24bit'), [
    '\u001b[38;2;255;0;0;48;2;0;0;255m\u2580\u001b[38;2;255;0;0;48;2;0;255;0m\u2580\u001b[0m',
  ]);
  t.same(halfBlocks(createPicture(4, 4, 1), 4, '256'), [
    '\u001b[38;5;16;48;5;16m\u2580\u2580\u2580\u2580\u001b[0m',
    '\u001b[38;5;16;48;5;16m\u2580\u2580\u2580\u2580\u001b[0m',
  ]);
});

t.test('file names', async (t) => {
  t.equal(slug('American Staffordshire terrier'), 'american-staffordshire-terrier');
  t.equal(slug('../../etc/passwd'), 'etc-passwd');
  t.equal(slug('Crème brûlée!'), 'creme-brulee');
  t.equal(slug('猫'), '');
  t.equal(slug('a'.repeat(60)).length, 40);
  t.same(stems(['a/cat.png', 'b/Cat.jpg', '.png', 'x/..hidden.png', 'my cat?.png', '猫.png']), [
    'cat',
    'Cat-2',
    'png',
    'hidden',
    'my-cat-',
    '猫',
  ]);
  const used = new Set<string>();
  t.same(
    ['a', 'A', 'b'].map((name) => unique(name, '.png', used)),
    ['a.png', 'A-2.png', 'b.png'],
  );
});
