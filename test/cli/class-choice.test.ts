import t from 'tap';
import { parseClassRequests, rankClasses, resolveClasses, shortLabel } from '../../src/cli/class-choice.js';

const labels = [
  'tabby, tabby cat',
  'tiger cat',
  'Siamese cat, Siamese',
  'bull mastiff',
  'crane',
  'crane',
  'category',
  '7',
  'hotdog, hot dog',
];
const parse = (...requests: string[]) => parseClassRequests(requests, labels);

t.test('names', async (t) => {
  t.same(parse('tiger cat'), [{ index: 1 }], 'a label');
  t.same(parse('TIGER CAT'), [{ index: 1 }], 'in any case');
  t.same(parse('tabby, tabby cat'), [{ index: 0 }], 'a label with a comma');
  t.same(parse('siamese'), [{ index: 2 }], 'a synonym');
  t.same(parse('mastiff'), [{ index: 3 }], 'a word');
  t.same(parse('hotd'), [{ index: 8 }], 'a part of a word');
  t.same(parse('dog'), [{ index: 8 }], 'a whole word goes before a part');
  t.same(parse(' mastiff , tiger cat', 'top:2'), [{ index: 3 }, { index: 1 }, { top: 2 }]);
});

t.test('numbers', async (t) => {
  t.same(parse('0', '8,3'), [{ index: 0 }, { index: 8 }, { index: 3 }]);
  t.same(parse('7'), [{ index: 7 }], 'a label that is a number');
  t.throws(() => parse('9'), { name: 'ArgumentError', message: '--class: expected a class number from 0 to 8, got 9' });
});

t.test('several classes fit', async (t) => {
  t.throws(() => parse('cat'), { message: /"cat" fits 3 classes: 0 tabby, 1 tiger cat, 2 Siamese cat; give one/ });
  t.throws(() => parse('crane'), { message: /"crane" fits 2 classes: 4 crane, 5 crane/ });
  const many = Array.from({ length: 12 }, (_, i) => `cat ${i}x`);
  t.throws(() => parseClassRequests(['cat'], many), { message: /fits 12 classes: 0 cat 0x.*7 cat 7x and 4 more/ });
});

t.test('no class fits', async (t) => {
  t.throws(() => parse('tigger cat'), { message: /no class is called "tigger cat"; the nearest are tiger cat, / });
  t.throws(() => parse('top:x'), { message: /with a number from 1 to 9, as in top:3, got "top:x"/ });
});

t.test('scores decide what top means, and each class comes once', async (t) => {
  const logits = Float32Array.of(0, 5, 2, 5, -1);
  t.same(rankClasses(logits), [1, 3, 2, 0, 4]);
  t.same(resolveClasses([{ index: 3 }, { top: 3 }, { index: 4 }, { index: 3 }], logits), [3, 1, 2, 4]);
  t.equal(shortLabel('tabby, tabby cat'), 'tabby');
});
