/** The points of Winograd's algorithm besides 0 and infinity: A, -A, B, -B with A = sqrt(1/2), B = sqrt 2. */
export const A: f32 = 0.70710678118654752;
export const B: f32 = 1.4142135623730951;
/**
 * Bytes between one of the 36 matrices and the next, beyond its size: sizes are often powers of two, and matrices at such
 * distances would all compete for the same lines of the cache.
 */
export const GAP: usize = 64;
