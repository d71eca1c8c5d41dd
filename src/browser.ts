/**
 * The entry for browsers: the same names. Nothing in them imports from `node:`; the command line is not part of it.
 */
export * from './index.js';
