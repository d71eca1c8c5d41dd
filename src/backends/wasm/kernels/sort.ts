/**
 * The places of sorted values: merge sort from the bottom up, which keeps equal values in order; units: rows
 * [begin, end).
 *
 * Each value is first turned into an unsigned integer that sorts like it: a positive number by its bits with the sign
 * bit set, a negative one by its bits inverted, NaN above all.
 */

@inline
function sortKey(value: f32): u32 {
  if (value != value) return 0xffffffff;
  // adding 0 makes -0 the same as 0
  const bits = reinterpret<u32>(value + 0);
  return bits >> 31 ? ~bits : bits | 0x80000000;
}

/** Merges the sorted runs [left, middle) and [middle, right) of places in `from` into `to`. */
@inline
function merge(keys: usize, from: usize, to: usize, left: i32, middle: i32, right: i32): void {
  let a = left;
  let b = middle;
  for (let o = left; o < right; o++) {
    const placeA = load<u32>(from + ((<usize>a) << 2));
    const placeB = load<u32>(from + ((<usize>b) << 2));
    const first =
      b >= right ||
      (a < middle && load<u32>(keys + ((<usize>placeA) << 2)) <= load<u32>(keys + ((<usize>placeB) << 2)));
    store<u32>(to + ((<usize>o) << 2), first ? placeA : placeB);
    if (first) a++;
    else b++;
  }
}

/** y[r] = the places of row r in order. `scratch` holds 3 * size + 1 integers: the keys, and the places twice. */
export function argsort(x: usize, y: usize, size: i32, descending: bool, scratch: usize, begin: i32, end: i32): void {
  const bytes = (<usize>size) << 2;
  const keys = scratch;
  for (let r = begin; r < end; r++) {
    let from = scratch + bytes;
    let to = from + bytes;
    for (let i = 0; i < size; i++) {
      const key = sortKey(load<f32>(x + ((<usize>(r * size + i)) << 2)));
      store<u32>(keys + ((<usize>i) << 2), descending ? ~key : key);
      store<u32>(from + ((<usize>i) << 2), i);
    }
    for (let width = 1; width < size; width *= 2) {
      for (let left = 0; left < size; left += 2 * width) {
        merge(keys, from, to, left, min(left + width, size), min(left + 2 * width, size));
      }
      const sorted = to;
      to = from;
      from = sorted;
    }
    for (let i = 0; i < size; i++) {
      store<f32>(y + ((<usize>(r * size + i)) << 2), <f32>load<u32>(from + ((<usize>i) << 2)));
    }
  }
}
