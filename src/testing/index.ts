/**
 * `backlight/testing`: what a test of tensors needs, whatever framework runs it. Each function throws an Error when
 * something is wrong and is silent otherwise.
 */
export * from './browser.js';
// takes the place of the one for browsers
export { openGolden } from './open-golden.js';
