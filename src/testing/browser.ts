/** The entry of `backlight/testing` for browsers: nothing in it imports from `node:`. */
export { gradcheck, gradgradcheck, type Differentiable, type GradcheckOptions } from '../autograd/gradcheck.js';
export {
  closeness,
  expectClose,
  NotCloseError,
  type Closeness,
  type ClosenessOptions,
  type ComparedElement,
} from './closeness.js';
export type { Comparable, Nested, NumberList } from './comparable.js';
export { fetchGolden as openGolden, type GoldenSource } from './fetch-golden.js';
export { GoldenFile, goldenNames, type Golden, type GoldenBytes } from './golden-file.js';
export { tolerances, type Tolerance } from './tolerance.js';
