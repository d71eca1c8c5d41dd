/** Thrown by a contender's program for what it cannot do here: the reason stands in the table. */
export class Cannot extends Error {}
