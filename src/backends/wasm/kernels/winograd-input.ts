/**
 * The first half of a Winograd convolution (see winograd.ts): V = B^T d B for all channels of a stretch of tiles.
 *
 * Tiles overlap, but B^T d needs no tiles: along the columns of the picture it is one pass over six rows, four neighbouring
 * pixels to a vector. Its result goes to a small buffer with the zeros of the padding around it; from there four tiles at a
 * time are transposed into lanes and multiplied by B.
 */
import { ConvCall } from './positions';
import { GAP } from './winograd-points';
import { transform6 } from './winograd-transforms';

/** Tiles of a unit: what one channel of them takes in the buffer and in V stays in the first-level cache. */
const TILES = 32;
/** Channels of a unit. */
const CHANNELS = 16;
/** Bytes of a row of the buffer: each tile might need eight columns, and a read may go beyond. */
const ROW: usize = 1088;
/**
 * A run is neighbouring tiles in a row of tiles: byte offset of its first pixel (which may lie before the plane), bits of the
 * six rows that exist, vectors to read, columns before the plane, first column beyond it, all columns, byte offset in the buffer.
 */
const RUN: i32 = 28;
/** Bytes of zeros that rows outside the plane are read from: as long as the longest run. */
const ZEROS: i32 = 16 * TILES + 64;

/** Splits tiles [first, first + count) into runs, and says for each tile where it starts in a row of the buffer. */
function planRuns(c: ConvCall, first: i32, count: i32, runs: usize, places: usize): i32 {
  const across = (c.gridWidth + 3) >> 2;
  const down = (c.gridHeight + 3) >> 2;
  const dy = load<i32>(c.taps);
  const dx = load<i32>(c.taps, 4);
  let found = 0;
  let at = 0;
  for (let t = 0; t < count; ) {
    const row = (first + t) / across;
    const column = first + t - row * across;
    const tiles = min(across - column, count - t);
    const image = row / down;
    const y = ((row - image * down) << 2) + dy;
    const x = (column << 2) + dx;
    const columns = 4 * tiles + 4;
    const run = runs + <usize>(found * RUN);
    let rows = 0;
    for (let r = 0; r < 6; r++) rows |= <i32>(<u32>(y + r) < <u32>c.height) << r;
    store<i32>(run, (image * c.xImage + y * c.width + x) << 2);
    store<i32>(run, rows, 4);
    store<i32>(run, tiles + 1, 8);
    store<i32>(run, min(max(0, -x), columns), 12);
    store<i32>(run, min(max(0, c.width - x), columns), 16);
    store<i32>(run, columns, 20);
    store<i32>(run, at, 24);
    for (let i = 0; i < tiles; i++) store<i32>(places + ((<usize>(t + i)) << 2), at + (i << 4));
    at += columns << 2;
    t += tiles;
    found++;
  }
  // what is missing of the last eight tiles is computed from any place
  for (let t = count; t < ((count + 7) & ~7); t++) store<i32>(places + ((<usize>t) << 2), 0);
  return found;
}

/** B^T d of one run of one plane, into six rows of the buffer. */
function transformRun(x: usize, rowBytes: usize, run: usize, zeros: usize, buffer: usize): void {
  const rows = load<i32>(run, 4);
  const from = x + <usize>load<i32>(run);
  // rows outside are read from zeros
  let p0 = rows & 1 ? from : zeros;
  let p1 = rows & 2 ? from + rowBytes : zeros;
  let p2 = rows & 4 ? from + 2 * rowBytes : zeros;
  let p3 = rows & 8 ? from + 3 * rowBytes : zeros;
  let p4 = rows & 16 ? from + 4 * rowBytes : zeros;
  let p5 = rows & 32 ? from + 5 * rowBytes : zeros;
  const start = buffer + load<u32>(run, 24);
  const end = start + (load<u32>(run, 8) << 4);
  for (let to = start; to < end; to += 16) {
    transform6(to, ROW, v128.load(p0), v128.load(p1), v128.load(p2), v128.load(p3), v128.load(p4), v128.load(p5));
    p0 += 16;
    p1 += 16;
    p2 += 16;
    p3 += 16;
    p4 += 16;
    p5 += 16;
  }
  const before = load<u32>(run, 12) << 2;
  const beyond = load<u32>(run, 16) << 2;
  const columns = load<u32>(run, 20) << 2;
  for (let row = start; row < start + 6 * ROW; row += ROW) {
    for (let i: usize = 0; i < before; i += 4) store<f32>(row + i, 0);
    for (let i = beyond; i < columns; i += 4) store<f32>(row + i, 0);
  }
}

/** Multiplies by B: four tiles in lanes, element (i, j) of all four to `to` + (6i + j)*step. */
@inline
function transformTiles(buffer: usize, places: usize, to: usize, step: usize): void {
  const at0 = load<u32>(places);
  const at1 = load<u32>(places, 4);
  const at2 = load<u32>(places, 8);
  const at3 = load<u32>(places, 12);
  const neighbours = at3 == at0 + 48;
  for (let row = buffer; row < buffer + 6 * ROW; row += ROW) {
    const v0 = v128.load(row + at0);
    const v1 = v128.load(row + at1);
    const v2 = v128.load(row + at2);
    const v3 = v128.load(row + at3);
    const a0 = v128.shuffle<f32>(v0, v1, 0, 4, 1, 5);
    const a1 = v128.shuffle<f32>(v0, v1, 2, 6, 3, 7);
    const a2 = v128.shuffle<f32>(v2, v3, 0, 4, 1, 5);
    const a3 = v128.shuffle<f32>(v2, v3, 2, 6, 3, 7);
    const d0 = v128.shuffle<f32>(a0, a2, 0, 1, 4, 5);
    const d1 = v128.shuffle<f32>(a0, a2, 2, 3, 6, 7);
    const far = v128.load(row + at3, 16);
    let d4: v128, d5: v128;
    if (neighbours) {
      d4 = v128.shuffle<f32>(d0, far, 1, 2, 3, 4);
      d5 = v128.shuffle<f32>(d1, far, 1, 2, 3, 5);
    } else {
      const f0 = v128.shuffle<f32>(v128.load(row + at0, 16), v128.load(row + at1, 16), 0, 4, 1, 5);
      const f1 = v128.shuffle<f32>(v128.load(row + at2, 16), far, 0, 4, 1, 5);
      d4 = v128.shuffle<f32>(f0, f1, 0, 1, 4, 5);
      d5 = v128.shuffle<f32>(f0, f1, 2, 3, 6, 7);
    }
    const d2 = v128.shuffle<f32>(a1, a3, 0, 1, 4, 5);
    const d3 = v128.shuffle<f32>(a1, a3, 2, 3, 6, 7);
    transform6(to, step, d0, d1, d2, d3, d4, d5);
    to += 6 * step;
  }
}

@inline
function input(
  quads: bool,
  call: usize,
  v: usize,
  first: i32,
  count: i32,
  scratch: usize,
  begin: i32,
  end: i32,
): void {
  const c = changetype<ConvCall>(call);
  const blocks = (c.channels + CHANNELS - 1) / CHANNELS;
  const allPanels = (count + 7) >> 3;
  const step = ((<usize>(allPanels * c.channels)) << 5) + GAP;
  const zeros = scratch;
  const places = zeros + ZEROS;
  const runs = places + 4 * TILES;
  const buffer = runs + RUN * TILES;
  memory.fill(zeros, 0, ZEROS);
  const plane = (<usize>(c.height * c.width)) << 2;
  const rowBytes = (<usize>c.width) << 2;
  let planned = -1;
  let found = 0;
  for (let unit = begin; unit < end; unit++) {
    const chunk = unit / blocks;
    const firstChannel = (unit - chunk * blocks) * CHANNELS;
    const tiles = min(TILES, count - chunk * TILES);
    if (chunk != planned) found = planRuns(c, first + chunk * TILES, tiles, runs, places);
    planned = chunk;
    const panels = (tiles + 7) >> 3;
    const lastChannel = min(c.channels, firstChannel + CHANNELS);
    for (let channel = firstChannel; channel < lastChannel; channel++) {
      const x = c.x + <usize>channel * plane;
      for (let r = 0; r < found; r++) transformRun(x, rowBytes, runs + <usize>(r * RUN), zeros, buffer);
      for (let p = 0; p < panels; p++) {
        const panel = chunk * (TILES >> 3) + p;
        const to = quads
          ? v + ((<usize>((channel >> 2) * allPanels + panel)) << 7) + ((<usize>(channel & 3)) << 4)
          : v + ((<usize>(panel * c.channels + channel)) << 5);
        transformTiles(buffer, places + ((<usize>p) << 5), to, step);
        transformTiles(buffer, places + ((<usize>p) << 5) + 16, to + (quads ? 64 : 16), step);
      }
    }
  }
}

/**
 * Tiles [first, first + count) of all images to v [36][count/8][channels][8], with `GAP` bytes after each of the 36.
 * Units: (32 tiles, 16 channels).
 */
export function winogradInput(
  call: usize,
  v: usize,
  first: i32,
  count: i32,
  scratch: usize,
  begin: i32,
  end: i32,
): void {
  input(false, call, v, first, count, scratch, begin, end);
}

/** The same for the weight gradient, to v [36][channels/4][count/4][4][4]: four tiles of four channels together. */
export function winogradInputQuads(
  call: usize,
  v: usize,
  first: i32,
  count: i32,
  scratch: usize,
  begin: i32,
  end: i32,
): void {
  input(true, call, v, first, count, scratch, begin, end);
}

/** How many units so many tiles are. */
export function winogradInputUnits(c: ConvCall, count: i32): i32 {
  return ((count + TILES - 1) / TILES) * ((c.channels + CHANNELS - 1) / CHANNELS);
}

/** Bytes of scratch that `winogradInput` needs. */
export function winogradInputScratch(): i32 {
  return ZEROS + 4 * TILES + RUN * TILES + <i32>(6 * ROW) + 64;
}
