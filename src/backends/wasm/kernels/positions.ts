/**
 * Where a convolution reads: the part of implicit im2col that forward, input gradient and weight gradient share.
 *
 * The positions of a convolution are the pixels of its output grid, counted through `group` images at a time. A position
 * (qy, qx) meets input pixel (qy*stepY + dy, qx*stepX + dx) at tap (dy, dx). Positions are taken in fours ("quads"). A table
 * has for each quad and tap 32 bytes: a mask of the lanes that fall inside the plane, and the lanes' byte offsets. A quad
 * whose four positions are neighbours in the input is `even`: one load at the first offset reads all four, and the mask
 * clears what lies outside (so up to 12 bytes before and after a plane are read).
 */

/** What the caller wrote into memory: see conv-call.ts, which has the same fields in the same order, all i32. */
@unmanaged
export class ConvCall {
  /** Input planes: [batch, .., height, width], `xImage` elements from one image to the next. */
  x: usize;
  xImage: i32;
  channels: i32;
  height: i32;
  width: i32;
  /** Output grid, and how far one position is from the next in the input. */
  gridHeight: i32;
  gridWidth: i32;
  stepY: i32;
  stepX: i32;
  /** Pairs (dy, dx). */
  taps: usize;
  tapCount: i32;
  /** Output planes: position (qy, qx) of channel o is o*yPlane + qy*yRow + qx*yColumn elements after y. */
  y: usize;
  yImage: i32;
  yPlane: i32;
  yRow: i32;
  yColumn: i32;
  outs: i32;
  /** Packed weights [outs/4][channels][taps][4], and a bias for each of the outs rounded up to four. */
  weights: usize;
  bias: usize;
  batch: i32;
  /**
   * Images counted through as one (more than one when planes are tiny), and positions and channels of a block. Winograd:
   * tiles and output channels of a block.
   */
  group: i32;
  block: i32;
  depth: i32;
  /** Whether what is below 0 becomes 0. */
  relu: i32;
}

/** Bytes of the table of one quad. */
@inline
export function quadBytes(c: ConvCall): usize {
  return (<usize>c.tapCount) << 5;
}

/** Images of group g: all but the last group are full. */
@inline
export function imagesOf(c: ConvCall, g: i32): i32 {
  return min(c.group, c.batch - g * c.group);
}

/**
 * The table of `quads` quads from position `first` on, of `total` positions that exist.
 * @param even an i32 for each quad: whether its lanes are neighbours
 * @param outputs an i32 for each position: the element offset of its output, or -1
 */
export function fillTable(
  c: ConvCall,
  first: i32,
  quads: i32,
  total: i32,
  table: usize,
  even: usize,
  outputs: usize,
): void {
  const plane = c.gridHeight * c.gridWidth;
  const bytes = quadBytes(c);
  for (let q = 0; q < quads; q++) {
    const at = first + 4 * q;
    let columns = 0;
    for (let lane = 0; lane < 4; lane++) {
      const position = at + lane;
      const image = position / plane;
      const rest = position - image * plane;
      const qy = rest / c.gridWidth;
      const qx = rest - qy * c.gridWidth;
      const exists = position < total;
      const out = image * c.yImage + qy * c.yRow + qx * c.yColumn;
      store<i32>(outputs + ((<usize>(4 * q + lane)) << 2), exists ? out : -1);
      if (lane == 0) columns = c.gridWidth - qx;
      const source = image * c.xImage;
      laneOffsets(c, exists, source, qy * c.stepY, qx * c.stepX, table + <usize>q * bytes + ((<usize>lane) << 2));
    }
    const isEven = c.stepX == 1 && columns >= 4 && at + 4 <= total;
    store<i32>(even + ((<usize>q) << 2), isEven ? 1 : 0);
    if (isEven) alignOffsets(c, table + <usize>q * bytes);
  }
}

/** Mask and offset of one lane for all taps; a lane outside reads element 0 and is masked. */
function laneOffsets(c: ConvCall, exists: bool, source: i32, y0: i32, x0: i32, entry: usize): void {
  let tap = c.taps;
  for (let t = 0; t < c.tapCount; t++) {
    const y = y0 + load<i32>(tap);
    const x = x0 + load<i32>(tap, 4);
    const inside = exists && <u32>y < <u32>c.height && <u32>x < <u32>c.width;
    store<i32>(entry, inside ? -1 : 0);
    store<i32>(entry, inside ? (source + y * c.width + x) << 2 : 0, 16);
    tap += 8;
    entry += 32;
  }
}

/** For an even quad: the offset that lane 0 would have, worked out from whichever lane is inside. */
function alignOffsets(c: ConvCall, entry: usize): void {
  for (let t = 0; t < c.tapCount; t++) {
    for (let lane = 3; lane >= 0; lane--) {
      const at = entry + ((<usize>lane) << 2);
      if (load<i32>(at)) store<i32>(entry, load<i32>(at, 16) - (lane << 2), 16);
    }
    entry += 32;
  }
}

/** Four positions of one channel at one tap. */
@inline
export function loadEven(x: usize, entry: usize): v128 {
  return v128.and(v128.load(x + load<u32>(entry, 16)), v128.load(entry));
}

/** The same for a quad whose lanes lie apart. */
@inline
export function loadUneven(x: usize, entry: usize): v128 {
  let v = v128.load_splat<f32>(x + load<u32>(entry, 16));
  v = v128.load_lane<f32>(x + load<u32>(entry, 20), v, 1);
  v = v128.load_lane<f32>(x + load<u32>(entry, 24), v, 2);
  v = v128.load_lane<f32>(x + load<u32>(entry, 28), v, 3);
  return v128.and(v, v128.load(entry));
}
