/**
 * Convolution forward and input gradient: y[o, position] = bias[o] + sum over (c, tap) of weights[o,c,tap] x[c, position + tap].
 *
 * The input gradient is the same sum with the roles of the channels exchanged and other taps, one call for each residue of
 * the output pixel modulo the stride. Blocked implicit im2col: a block of positions is packed as panels [c][tap][8] into the
 * calling thread's scratch and multiplied by all weights.
 */
import { spillTile, tile4x8 } from './gemm';
import { ConvCall, fillTable, imagesOf, loadEven, loadUneven, quadBytes } from './positions';

/**
 * Packs weights as [rows/4][channels][taps][4], panels [begin, end), missing rows as zeros. Row r, channel c, tap t lies at
 * w + r*rowStep + c*channelStep + tapAt[t] (in elements).
 */
export function packWeights(
  w: usize,
  to: usize,
  rows: i32,
  rowStep: i32,
  channels: i32,
  channelStep: i32,
  tapAt: usize,
  tapCount: i32,
  begin: i32,
  end: i32,
): void {
  const rowBytes = (<usize>rowStep) << 2;
  let out = to + ((<usize>(begin * channels * tapCount)) << 4);
  for (let panel = begin; panel < end; panel++) {
    const left = rows - 4 * panel;
    for (let c = 0; c < channels; c++) {
      const from = w + ((<usize>(4 * panel * rowStep + c * channelStep)) << 2);
      for (let t = 0; t < tapCount; t++) {
        const p = from + ((<usize>load<i32>(tapAt + ((<usize>t) << 2))) << 2);
        for (let r = 0; r < 4; r++) {
          store<f32>(out + ((<usize>r) << 2), r < left ? load<f32>(p + <usize>r * rowBytes) : 0);
        }
        out += 16;
      }
    }
  }
}

/** One quad of a panel: for each channel and tap four floats, 32 bytes from one to the next. */
function packQuad(c: ConvCall, x: usize, channels: i32, entries: usize, even: bool, to: usize): void {
  const plane = (<usize>(c.height * c.width)) << 2;
  const last = entries + quadBytes(c);
  if (even) {
    for (let i = 0; i < channels; i++) {
      for (let e = entries; e < last; e += 32) {
        v128.store(to, loadEven(x, e));
        to += 32;
      }
      x += plane;
    }
  } else {
    for (let i = 0; i < channels; i++) {
      for (let e = entries; e < last; e += 32) {
        v128.store(to, loadUneven(x, e));
        to += 32;
      }
      x += plane;
    }
  }
}

/** Whether the eight outputs from `outputs` on exist and lie one after the other. */
@inline
function together(outputs: usize): bool {
  const first = load<i32>(outputs);
  return first >= 0 && load<i32>(outputs, 28) == first + 7 && load<i32>(outputs, 4) == first + 1;
}

/** Adds (or writes) a tile whose columns go to separate places; with `relu`, what is below 0 becomes 0. */
function scatterTile(tile: usize, y: usize, plane: usize, rows: i32, outputs: usize, onto: bool, relu: bool): void {
  for (let j: usize = 0; j < 32; j += 4) {
    const out = load<i32>(outputs + j);
    if (out < 0) continue;
    let to = y + ((<usize>out) << 2);
    let from = tile + j;
    for (let i = 0; i < rows; i++) {
      let v = load<f32>(from);
      if (onto) v += load<f32>(to);
      store<f32>(to, relu && v < 0 ? 0 : v);
      from += 32;
      to += plane;
    }
  }
}

/** What is below 0 in a tile becomes 0. */
function floorTile(c: usize, step: usize): void {
  const zero = f32x4.splat(0);
  for (let i = 0; i < 4; i++) {
    v128.store(c, f32x4.pmax(v128.load(c), zero));
    v128.store(c, f32x4.pmax(v128.load(c, 16), zero), 16);
    c += step;
  }
}

/** All output channels for the panels of one block, whose weights for channels from c0 on start at `depthAt` of a panel. */
function multiply(
  c: ConvCall,
  y: usize,
  panels: i32,
  k: i32,
  depthAt: i32,
  outputs: usize,
  packed: usize,
  tile: usize,
): void {
  const onto = depthAt > 0;
  const plane = (<usize>c.yPlane) << 2;
  const all = c.channels * c.tapCount;
  const relu = c.relu != 0 && depthAt + k == all;
  for (let o = 0; o < c.outs; o += 4) {
    const a = c.weights + ((<usize>((o >> 2) * all + depthAt)) << 4);
    const rows = min(4, c.outs - o);
    const start = c.bias + ((<usize>o) << 2);
    const to = y + <usize>o * plane;
    for (let p = 0; p < panels; p++) {
      const b = packed + ((<usize>(p * k)) << 5);
      const places = outputs + ((<usize>p) << 5);
      if (rows == 4 && together(places)) {
        const at = to + ((<usize>load<i32>(places)) << 2);
        tile4x8(k, a, b, at, plane, start, onto);
        if (relu) floorTile(at, plane);
      } else {
        tile4x8(k, a, b, tile, 32, onto ? tile + 128 : start, false);
        scatterTile(tile, to, plane, rows, places, onto, relu);
      }
    }
  }
}

/** Units: (block of positions, group of images), all groups of a block after each other, so that they share its table. */
export function conv2d(call: usize, scratch: usize, begin: i32, end: i32): void {
  const c = changetype<ConvCall>(call);
  const groups = (c.batch + c.group - 1) / c.group;
  const quads = c.block >> 2;
  const tile = scratch;
  const even = scratch + 192;
  const outputs = even + ((<usize>quads) << 2);
  const table = outputs + ((<usize>quads) << 4);
  const packed = table + <usize>quads * quadBytes(c);
  memory.fill(tile + 128, 0, 16);
  let known = -1;
  let knownImages = -1;
  for (let u = begin; u < end; u++) {
    const block = u / groups;
    const g = u - block * groups;
    const images = imagesOf(c, g);
    const first = block * c.block;
    const total = images * c.gridHeight * c.gridWidth;
    if (first >= total) continue;
    if (block != known || images != knownImages) {
      fillTable(c, first, quads, total, table, even, outputs);
      known = block;
      knownImages = images;
    }
    const panels = (min(c.block, total - first) + 7) >> 3;
    const x = c.x + ((<usize>(g * c.group * c.xImage)) << 2);
    const y = c.y + ((<usize>(g * c.group * c.yImage)) << 2);
    for (let c0 = 0; c0 == 0 || c0 < c.channels; c0 += c.depth) {
      const channels = min(c.depth, c.channels - c0);
      const k = channels * c.tapCount;
      const from = x + ((<usize>(c0 * c.height * c.width)) << 2);
      for (let q = 0; q < panels << 1; q++) {
        const to = packed + ((<usize>((q >> 1) * k)) << 5) + ((<usize>(q & 1)) << 4);
        const isEven = load<i32>(even + ((<usize>q) << 2)) != 0;
        packQuad(c, from, channels, table + <usize>q * quadBytes(c), isEven, to);
      }
      multiply(c, y, panels, k, c0 * c.tapCount, outputs, packed, tile);
    }
  }
}

/** Bytes of scratch that `conv2d` needs. */
export function conv2dScratch(call: usize): usize {
  const c = changetype<ConvCall>(call);
  const quads = <usize>(c.block >> 2);
  return 192 + quads * 20 + quads * quadBytes(c) + ((<usize>(c.block * min(c.depth, c.channels) * c.tapCount)) << 2) + 64;
}
