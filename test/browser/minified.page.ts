/** A user's program and the built library in one minified bundle gives the numbers of the same program with the sources. */
import t from 'tap';
import { closeness, tolerances } from '../../src/testing/browser.js';
import { started } from './started.js';
import { run, type Outcome } from './user-program.js';

const { name, mode, info } = started();
const address = '/minified/minified.js';

t.test('the bundle is minified', async (t) => {
  const text = await (await fetch(address)).text();
  const lines = text.trimEnd().split('\n').length;
  t.ok(text.length / lines > 1000, `${text.length} characters on ${lines} lines`);
  t.notMatch(text, /\n \* /, 'no comments');
});

t.test(`${name}, minified and plain`, async (t) => {
  const minified = (await import(address)) as { run: typeof run };
  const [plain, small, exact] = [await run(name, { mode }), await minified.run(name, { mode }), await run('reference')];
  t.equal(small.info.name, name, 'what ran');
  t.equal(small.info.mode, info.mode, 'and how');
  for (const key of ['logits', 'gradient', 'map'] satisfies (keyof Outcome)[]) {
    t.same(small[key], plain[key], `${key}, to the bit`);
    const { close, message } = closeness([...small[key]], [...exact[key]], { tolerance: tolerances.float32 });
    t.ok(close, `${key}, beside the reference backend: ${message}`);
  }
  t.ok(
    plain.map.some((value) => value > 0) && plain.gradient.some((value) => value !== 0),
    'there is something to see',
  );
});
