/**
 * Moving values by place within rows of `size` values, `count` places each; units: rows [begin, end).
 *
 * An index outside of its row gathers 0 and scatters nothing.
 */

/** y[r,o] = x[r,indices[r,o]] */
export function gather(x: usize, indices: usize, y: usize, size: i32, count: i32, begin: i32, end: i32): void {
  for (let r = begin; r < end; r++) {
    const row = x + ((<usize>(r * size)) << 2);
    let at = (<usize>(r * count)) << 2;
    for (let o = 0; o < count; o++) {
      const index = <i32>load<f32>(indices + at);
      store<f32>(y + at, <u32>index < <u32>size ? load<f32>(row + ((<usize>index) << 2)) : 0);
      at += 4;
    }
  }
}

/** y[r,i] = sum of g[r,o] over the o with indices[r,o] = i. A row belongs to one call, so it may scatter within it. */
export function scatterAdd(g: usize, indices: usize, y: usize, size: i32, count: i32, begin: i32, end: i32): void {
  for (let r = begin; r < end; r++) {
    const row = y + ((<usize>(r * size)) << 2);
    memory.fill(row, 0, (<usize>size) << 2);
    let at = (<usize>(r * count)) << 2;
    for (let o = 0; o < count; o++) {
      const index = <i32>load<f32>(indices + at);
      if (<u32>index < <u32>size) {
        const to = row + ((<usize>index) << 2);
        store<f32>(to, load<f32>(to) + load<f32>(g + at));
      }
      at += 4;
    }
  }
}
