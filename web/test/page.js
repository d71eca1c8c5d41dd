/** What tests do with the page: open it, drop files on it, wait for what it computes. */
import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';

const TYPES = { '.png': 'image/png', '.jpg': 'image/jpeg', '.safetensors': '' };

/** Tells explanations apart. */
const keyOf = `window.keyOf = ({ classIndex, layer, engine, maps }) => JSON.stringify([classIndex, layer, engine.name, engine.mode,
  maps.map(({ method, raw }) => [method, raw.width, Array.from(raw.data.slice(0, 64))])])`;

/** Opens a view. */
export async function open(page, server, view = 'explain') {
  await page.addInitScript(keyOf);
  await page.goto(`${server.origin}/#${view}`);
}

/** Opens the page and waits until its first example is explained. */
export async function openExplained(page, server) {
  await open(page, server);
  return explained(page);
}

/**
 * Waits until nothing is computed any more, and gives what there is: numbers as arrays.
 * @param before the key of an explanation that is to be replaced
 */
export async function explained(page, before = '') {
  await page.waitForFunction(
    (key) => {
      const { explanation, busy } = window.backlight;
      return !busy() && explanation() && window.keyOf(explanation()) !== key;
    },
    before,
    { timeout: 30_000 },
  );
  return page.evaluate(() => {
    const found = window.backlight.explanation();
    const { layers, labels, size, tried, input, logits, width, height } = window.backlight.look();
    return {
      ...found,
      maps: found.maps.map(({ mask, raw, ...rest }) => ({
        ...rest,
        image: null,
        mask: mask && { ...mask, data: Array.from(mask.data) },
        raw: { ...raw, data: Array.from(raw.data) },
      })),
      look: { layers, labels, size, tried, input, width, height, logits: Array.from(logits) },
      key: window.keyOf(found),
    };
  });
}

/** Drops a file on an element. */
export async function drop(page, selector, path, bytes) {
  const content = bytes ?? (await readFile(path));
  const transfer = await page.evaluateHandle(
    ({ base64, name, type }) => {
      const data = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([data], name, { type }));
      return transfer;
    },
    { base64: Buffer.from(content).toString('base64'), name: basename(path), type: TYPES[extname(path)] ?? '' },
  );
  await page.dispatchEvent(selector, 'drop', { dataTransfer: transfer });
}

/** Chooses in a list by its label. */
export const choose = (page, label, value) => page.getByLabel(label, { exact: true }).selectOption(value);
