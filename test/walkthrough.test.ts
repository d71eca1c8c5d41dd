/**
 * docs/walkthrough/: the code in the text is the code that ran, what the text claims holds, the pictures are those that
 * the code makes, and links lead somewhere.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { decodeImage, encodePng } from 'backlight';
import type { Chapter } from '../examples/walkthrough/chapter.js';
import { run as memory } from '../examples/walkthrough/01-memory.js';
import { run as autograd } from '../examples/walkthrough/02-autograd.js';
import { run as ownOp } from '../examples/walkthrough/03-gradcheck.js';
import { run as convolution } from '../examples/walkthrough/04-convolution.js';
import { run as vgg } from '../examples/walkthrough/05-vgg.js';
import { run as hooks } from '../examples/walkthrough/06-hooks.js';
import { run as gradCam } from '../examples/walkthrough/07-grad-cam.js';
import { run as guided } from '../examples/walkthrough/08-guided.js';
import { run as guidedGradCam } from '../examples/walkthrough/09-guided-grad-cam.js';
import { run as speed } from '../examples/walkthrough/10-speed.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'docs/walkthrough');
const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
const chapters = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md'));

/** Pictures that some chapter has made. */
const drawn = new Set<string>();

/** Runs a chapter and compares its pictures with those in docs/: kernels of another machine may round otherwise. */
async function factsOf<Facts>(t: Test, run: () => Promise<Chapter<Facts>>): Promise<Facts> {
  const { pictures, facts } = await run();
  for (const [name, picture] of Object.entries(pictures)) {
    drawn.add(`${name}.png`);
    const file = join(folder, 'images', `${name}.png`);
    if (!t.ok(existsSync(file), `${name}.png is there`)) continue;
    const [saved, made] = [readFileSync(file), encodePng(picture)].map((bytes) => decodeImage(bytes));
    if (!t.same([made.width, made.height], [saved.width, saved.height], `${name}.png has the size it is drawn in`))
      continue;
    const total = made.data.reduce((sum, value, i) => sum + Math.abs(value - saved.data[i]), 0);
    t.ok((255 * total) / made.data.length < 2, `${name}.png is what the code draws`);
    t.ok(statSync(file).size < 200 * 1024, `${name}.png is below 200 KB`);
  }
  return facts;
}

t.test('1: permute keeps what is where, view does not', async (t) => {
  const facts = await factsOf(t, memory);
  t.same(facts.sharesStorage, { view: true, permute: false });
  t.ok(facts.byHandEqual, 'strides in a new order are a permutation');
  t.ok(facts.backEqual, 'and back');
  t.ok(facts.viewIsWrong > 0.5, 'view gives other numbers');
  t.equal(facts.leftByTidy, 1, 'tidy leaves what is returned');
});

t.test('2: autograd in one screen agrees with the engine', async (t) => {
  const facts = await factsOf(t, autograd);
  t.ok(facts.largestError < 1e-5);
  t.same(facts.nodes, ['Mul', 'Sin', 'Mul', 'AccumulateGrad']);
  t.ok(read('02-autograd.md').includes(facts.nodes.map((name) => `\`${name}\``).join(', ')), 'as the text says');
});

t.test('3: gradcheck tells a right gradient from a wrong one', async (t) => {
  const facts = await factsOf(t, ownOp);
  t.equal(facts.agrees, true);
  t.equal(facts.secondAgrees, true);
  t.match(facts.message, /^gradcheck: expected .* \(numerical\), got .* \(analytical\)/);
  t.ok(read('03-gradcheck.md').includes(facts.message), 'the text has the message');
  t.ok(facts.gradientError < 1e-6);
  const { float32, float64 } = facts.bestError;
  t.ok(float32 > 1e-6 && float32 < 1e-5, `a few millionths in float32: ${float32}`);
  t.ok(float64 < 1e-10, `ten digits in float64: ${float64}`);
});

t.test('4: three convolutions are equal, and one of them multiplies less', async (t) => {
  const { errors, products } = await factsOf(t, convolution);
  for (const [way, error] of Object.entries(errors)) t.ok(error < 1e-5, `${way}: ${error}`);
  t.equal(products.matmul, products.loops);
  t.equal(products.loops / products.winograd, 2.25);
});

t.test('5: later layers have smaller maps, and each number sees more', async (t) => {
  const { layers, fields } = await factsOf(t, vgg);
  t.ok(layers.length >= 3, 'there are stages');
  layers.forEach(({ name, shape, zeros }, i) => {
    t.ok(zeros > 1 / 3 && zeros < 1, `features.${name}: ${zeros} of the numbers are 0`);
    t.ok(fields[i].seen <= fields[i].computed, `features.${name}: not more than ${fields[i].computed} pixels`);
    t.ok(fields[i].seen > 0.6 * fields[i].computed, `features.${name}: sees ${fields[i].seen}`);
    if (i === 0) return;
    t.ok(shape[3] < layers[i - 1].shape[3], 'a smaller map');
    t.ok(fields[i].seen > fields[i - 1].seen, 'that sees more');
  });
});

t.test('6: hooks fire in this order', async (t) => {
  const facts = await factsOf(t, hooks);
  t.same(facts.everyKind, [
    'global forward pre-hook',
    'forward pre-hook',
    'global forward hook',
    'forward hook',
    "the output's tensor hook",
    'global backward pre-hook',
    'backward pre-hook',
    "the weight's tensor hook",
    "the weight's post-accumulate hook",
    'global backward hook',
    'backward hook',
    "the input's tensor hook",
    "the input's post-accumulate hook",
  ]);
  for (const file of ['06-hooks.md', 'zh/06-hooks.md']) {
    t.ok(read(file).includes(`\`\`\`text\n${facts.nested.join('\n')}\n\`\`\``), `${file} has the nested order`);
  }
  t.same(facts.withoutGrad, ['forward hook']);
  t.same(facts.legacy, { last: [[2], [1, 3], [3, 2]], full: [[1, 3]] });
  t.ok(Math.abs(facts.doubled.after / facts.doubled.before - 2) < 1e-6, 'the gradient is twice as large');
});

t.test('7: the plain Grad-CAM is the library, and the slips make a difference', async (t) => {
  const facts = await factsOf(t, gradCam);
  t.ok(facts.fromLibrary < 1e-5);
  t.ok(facts.left.cat > 0.6 && facts.left.airplane < 0.4, `on the left: ${JSON.stringify(facts.left)}`);
  t.ok(facts.slips.piled > 0.05 && facts.slips.colours > 0.05, JSON.stringify(facts.slips));
  t.equal(facts.growing.kept, 2 * facts.growing.layers, 'two entries a layer after two passes');
  const { map, score } = facts.sums;
  t.ok(score > 0 && Math.abs(map - score) < 1e-4 * score, `the map adds up to ${map}, the score is ${score}`);
  for (const file of ['07-grad-cam.md', 'zh/07-grad-cam.md']) {
    t.ok(facts.warning !== '' && read(file).includes(facts.warning), `${file} has the warning`);
  }
  t.equal(facts.hooksLeft, 0);
});

t.test('8: guided maps hardly depend on the class or on what was learnt', async (t) => {
  const { fromLibrary, ofNormalize, classes, random, shown } = await factsOf(t, guided);
  t.ok(fromLibrary < 1e-6, 'the plain class is the library');
  t.ok(ofNormalize < 1e-6);
  t.ok(classes.guided > 0.5 && classes.gradient < 0.2, `cat and airplane: ${JSON.stringify(classes)}`);
  const [one, three, all] = random;
  t.ok(one.guided > 0.75, `a random classifier: ${one.guided}`);
  t.ok(three.guided > 0.6 && three.gradient < 0.3, `three random layers: ${JSON.stringify(three)}`);
  t.ok(all.guided < 0.6 && all.guided > all.gradient, `all random: ${JSON.stringify(all)}`);
  t.ok(Math.abs(shown.half.mean - 0.5) < 0.02 && Math.abs(shown.half.deviation - 0.1) < 0.02);
  t.ok(shown.half.clipped < 0.015, 'about one value in a hundred is clipped, or less');
  t.ok(shown.meanStd.clipped > 1 / 3, 'with mean 0 and deviation 1 it is more than a third');
  t.ok(shown.minMax.deviation < shown.half.deviation, 'min-max is paler');
});

t.test('9: the product is on the half of its class', async (t) => {
  const { fromLibrary, left, alike } = await factsOf(t, guidedGradCam);
  t.ok(fromLibrary < 1e-6);
  t.ok(left.product.cat > 0.75 && left.product.airplane < 0.25, JSON.stringify(left.product));
  t.ok(left.guided.cat > left.guided.airplane, 'the class decides which object is drawn more strongly');
  t.ok(alike.guided > 0.3 && alike.product < 0.15, JSON.stringify(alike));
});

t.test('10: one convolution on loops, SIMD and threads; and the figures of other documents', async (t) => {
  const { simdError, sameOnThreads, backends, times } = await factsOf(t, speed);
  t.ok(simdError < 1e-5);
  t.ok(sameOnThreads, 'to the bit');
  t.same(
    backends.map(({ name }) => name),
    ['reference', 'wasm'],
  );
  const [slowest] = times;
  const ours = times.filter(({ what }) => what.startsWith('ours') && what.endsWith('1 thread'));
  t.ok(
    ours.length > 0 && ours.every(({ milliseconds }) => slowest.milliseconds > 100 * milliseconds),
    'a hundred times',
  );
  const [date] = /(?<=## The GPU[^]*Measured on )\d{4}-\d\d-\d\d/.exec(read('10-speed.md')) ?? [''];
  t.ok(date && readFileSync(join(root, 'docs/gpu.md'), 'utf8').includes(date), 'the date is that of docs/gpu.md');
});

/** Runs scripts/docs.js --check. */
function check(...args: string[]): { status: number | null; errors: string } {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/docs.js', '--check', ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  return { status, errors: stderr };
}

t.test('quoted code and tables are those of their sources', (t) => {
  t.same(check(), { status: 0, errors: '' });
  const quotes = chapters.flatMap((file) => read(file).match(/^<!-- code: \S+ -->\n```ts\n/gm) ?? []);
  const fences = chapters.flatMap((file) => read(file).match(/^```ts\n/gm) ?? []);
  t.equal(quotes.length, fences.length, 'every fence of TypeScript is a quote');
  t.ok(quotes.length > 40);
  for (const file of ['06-hooks.md', '07-grad-cam.md', '08-guided.md']) {
    const code = (text: string) => text.match(/^```[^]*?^```$/gm);
    t.same(code(read(`zh/${file}`)), code(read(file)), `${file}: the same code in Chinese`);
  }
  t.end();
});

t.test('a quote or a table that differs is found, and so is a region that is not there', (t) => {
  const place = t.testdir({ zh: {} });
  const write = (text: string): void => writeFileSync(join(place, 'zh', 'a.md'), text);
  const verdict = () => check('--docs', place);
  const sum = read('10-speed.md');
  write(sum);
  t.equal(verdict().status, 0);
  write(sum.replace('setThreads(2)', 'setThreads(3)'));
  t.match(verdict(), { status: 1, errors: /a\.md differs from what it quotes; npm run docs refreshes it/ });
  write(sum.replace(/\*\*\d+ ms\*\*/, '**1 ms**'));
  t.equal(verdict().status, 1);
  write('<!-- code: src/ops/relu.ts#nothing -->\n');
  t.match(verdict(), {
    status: 1,
    errors: /src\/ops\/relu\.ts: expected "\/\/ #region nothing" and its end, got none/,
  });
  t.end();
});

t.test('links lead to files, and every picture belongs to a chapter', (t) => {
  for (const file of chapters) {
    for (const [, target] of read(file).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue;
      const path = join(folder, dirname(file), target.split('#')[0]);
      t.ok(existsSync(path), `${file}: ${target}`);
    }
  }
  t.same(readdirSync(join(folder, 'images')).sort(), [...drawn].sort());
  const shown = chapters
    .filter((file) => !file.startsWith('zh'))
    .flatMap((file) => [...read(file).matchAll(/\]\(images\/(\S+)\)/g)]);
  t.same(new Set(shown.map(([, name]) => name)), drawn, 'every picture is shown');
  t.end();
});
