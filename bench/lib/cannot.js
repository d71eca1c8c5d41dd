/** Thrown by a contender's program for what it cannot do here: the reason stands in the table. */
export class Cannot extends Error {
  // other copies of this file, as bundles have them, are other classes
  name = 'Cannot';
}
