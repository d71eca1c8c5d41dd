/**
 * Who is measured in the browser: our three ways to compute, and next to each of them TensorFlow.js on the same technology.
 * A ratio compares the two of a pair.
 */

/**
 * @typedef {object} BrowserContender
 * @property {string} name
 * @property {string} short what the command line may call it
 * @property {string} module the page's module that exports `start` and `create`
 * @property {string} mode what `start` is asked for
 */

const ours = (mode) => ({ name: `backlight (${mode})`, short: mode, module: 'backlight.js', mode });
const theirs = (mode) => ({
  name: `@tensorflow/tfjs-backend-${mode}`,
  short: `tfjs-${mode}`,
  module: 'tfjs.js',
  mode,
});

/** @type {readonly { ours: BrowserContender, theirs: BrowserContender }[]} */
export const pairs = [
  { ours: ours('webgl2'), theirs: theirs('webgl') },
  { ours: ours('webgpu'), theirs: theirs('webgpu') },
  { ours: ours('wasm'), theirs: theirs('wasm') },
];

/** Our wasm first: what the others compute is compared with what it computed. @type {readonly BrowserContender[]} */
export const browserContenders = [pairs[2].ours, pairs[0].ours, pairs[1].ours, ...pairs.map(({ theirs }) => theirs)];
