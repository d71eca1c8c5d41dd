/** Which of the places start, start + step, ... lie inside [0, size). */

/** The first one that lies at or after 0. */
@inline
export function firstInside(start: i32, step: i32): i32 {
  return start >= 0 ? 0 : (step - 1 - start) / step;
}

/** One more than the last of `count` places that lies before `size`. */
@inline
export function endInside(start: i32, step: i32, count: i32, size: i32): i32 {
  return start >= size ? 0 : min(count, (size - 1 - start) / step + 1);
}
