/** Suggestions for names that do not exist. */
import t from 'tap';
import { nearest } from '../src/nearest.js';

t.test('the smallest edit distance first, ignoring case', async (t) => {
  t.same(nearest('tabi', ['bull mastiff', 'tabby', 'taxi', 'cab'], 2), ['taxi', 'tabby']);
  t.same(nearest('RELU', ['conv', 'relu', 'reLu6']), ['relu', 'reLu6', 'conv']);
  t.same(nearest('kitten', ['sitting', 'mitten', 'a'], 3), ['mitten', 'sitting', 'a']);
});

t.test('names that contain it come first, whatever their length', async (t) => {
  t.same(nearest('cat', ['cut', 'tiger cat', 'car'], 2), ['tiger cat', 'cut']);
  t.same(nearest('features', ['feature', 'features.28', 'avgpool'], 1), ['features.28']);
});

t.test('how many', async (t) => {
  t.same(nearest('x', ['a', 'b', 'c', 'd']), ['a', 'b', 'c'], 'three by default, in the given order when equal');
  t.same(nearest('x', ['a'], 5), ['a']);
  t.same(nearest('x', []), []);
  t.same(nearest('', ['abc', 'a'], 1), ['a'], 'an empty name is contained in none');
});
