/**
 * Tests whose expected values ONNX computed with less precision than float32. They are compared by ONNX's own rule for
 * its tests, |a - b| <= 1e-7 + 1e-3 |b|, and all others by a stricter one.
 */
import type { Tolerance } from '../../src/testing/tolerance.js';

export const onnxTolerance: Tolerance = { ofLargest: 0, ofValue: 1e-3, absolute: 1e-7 };

const PI = 'computed with 3.1415 for pi';

/** Test -> what was rounded. */
export const roundedUpstream: Readonly<Record<string, string>> = {
  'node/test_blackmanwindow_expanded': PI,
  'node/test_blackmanwindow_symmetric_expanded': PI,
  'node/test_hammingwindow_expanded': PI,
  'node/test_hammingwindow_symmetric_expanded': PI,
  'node/test_hannwindow_expanded': PI,
  'node/test_hannwindow_symmetric_expanded': PI,
};
