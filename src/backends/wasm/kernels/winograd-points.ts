/** The points of Winograd's algorithm besides 0 and infinity: A, -A, B, -B with A = sqrt(1/2), B = sqrt 2. */
export const A: f32 = 0.70710678118654752;
export const B: f32 = 1.4142135623730951;
