/** The view Network: weights of one's own, checked strictly, with errors where they belong. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildModel, manualSeed, modelMetadata, preprocessPresets, stateToSafetensors } from '../../dist/index.js';
import { root } from './cli.js';
import { test } from './harness.js';
import { choose, drop, explained, open, openExplained } from './page.js';

const zone = '.drop';
const problemText = async (page) => (await page.locator(`${zone} .problem`).textContent()) ?? '';

/** A small untrained network as a file that says nothing of itself. */
async function untrained(model, metadata = {}) {
  manualSeed(1);
  const built = buildModel(model);
  return Buffer.from(await stateToSafetensors(built, metadata));
}

test('broken and unfitting weights are reported in place', async ({ page, server }) => {
  await open(page, server, 'network');
  await page.locator(zone).waitFor();
  const shipped = await readFile(join(root, 'weights/vgg-cifar10.safetensors'));
  await drop(page, zone, 'cut.safetensors', shipped.subarray(0, 5000));
  await page.locator(`${zone} .problem`).waitFor();
  assert.match(await problemText(page), /cut\.safetensors/);
  await drop(page, zone, 'words.safetensors', Buffer.from('no weights in here'));
  await page.waitForFunction(() => /words\.safetensors/.test(document.querySelector('.drop .problem')?.textContent));
  await choose(page, 'Network', 'squeezenet1_1');
  const small = await untrained({ name: 'vgg', options: { cfg: [4, 'M'], avgpool: 1, hidden: [], classes: 4 } });
  await drop(page, zone, 'other.safetensors', small);
  await page.waitForFunction(() =>
    /other\.safetensors as squeezenet1_1/.test(document.querySelector('.drop .problem')?.textContent),
  );
  assert.match(await page.getByRole('region', { name: 'In use' }).textContent(), /comes with the library/);
});

test('a network whose file says nothing is loaded as it is told, and explained', async ({ page, server }) => {
  const before = await openExplained(page, server);
  await page.getByRole('link', { name: 'Network', exact: true }).click();
  await page.locator(zone).waitFor();
  const bytes = await untrained({ name: 'squeezenet1_1', options: {} });
  await drop(page, zone, 'mine.safetensors', bytes);
  await page.locator(`${zone} .problem`).waitFor();
  assert.match(await problemText(page), /does not say which network/);
  await choose(page, 'Network', 'squeezenet1_1');
  await choose(page, 'How pictures are prepared', 'imagenet');
  await page.getByRole('button', { name: 'Load', exact: true }).click();
  await page.getByText('squeezenet1_1, 1000 classes').waitFor();
  await page.getByRole('link', { name: 'Explain a picture with it' }).click();
  const found = await explained(page, before.key);
  assert.equal(found.look.labels.length, 1000);
  assert.equal(found.look.size, 224);
  await page.getByRole('link', { name: 'Network', exact: true }).click();
  await page.getByRole('button', { name: 'Back to the shipped network' }).click();
  await page.getByRole('link', { name: 'Explain', exact: true }).click();
  const again = await explained(page, found.key);
  assert.equal(again.look.labels.length, before.look.labels.length);
});

test('a residual network that says all of itself is loaded at once, with its own class names', async ({
  page,
  server,
}) => {
  const model = { name: 'resnet', options: { block: 'basic', layers: [1, 1, 1, 1], width: 16, classes: 3 } };
  const preprocess = { ...preprocessPresets.cifar10, size: 64, sizes: [64, 96] };
  const bytes = await untrained(model, modelMetadata({ model, labels: ['red', 'green', 'blue'], preprocess }));
  const before = await openExplained(page, server);
  // wherever it is dropped
  await drop(page, 'body', 'colours.safetensors', bytes);
  await page.getByText('resnet, 3 classes').waitFor();
  await page.getByRole('link', { name: 'Explain a picture with it' }).click();
  const found = await explained(page, before.key);
  assert.deepEqual(found.look.labels, ['red', 'green', 'blue']);
  assert.match(found.layer, /^layer/);
});
