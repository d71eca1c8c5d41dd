/** Chapter 4: a 3x3 convolution by loops, by a matrix product, and by Winograd's algorithm. */
import { cat as concatenate, contactSheet, conv2d, pad, resize, tensor, type Picture, type Tensor } from 'backlight';
import { greyPicture, largestDifference, openPicture, type Chapter } from './chapter.js';

/** How many numbers were multiplied with a number of the picture, or of its transform. */
interface Counted {
  readonly values: Float32Array;
  readonly products: number;
}

// #region loops
/** x [C,H,W], weight [O,C,3,3] -> [O,H,W], with zeros around x. */
function byLoops(x: Tensor, weight: Tensor): Counted {
  const [channels, height, width] = x.shape;
  const [outputs] = weight.shape;
  const [pixels, taps] = [x.dataSync(), weight.dataSync()];
  const values = new Float32Array(outputs * height * width);
  let products = 0;
  for (let o = 0; o < outputs; o++) {
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        let sum = 0;
        for (let c = 0; c < channels; c++) {
          for (let u = 0; u < 3; u++) {
            for (let v = 0; v < 3; v++) {
              const [y, x] = [row + u - 1, column + v - 1];
              products++;
              if (y < 0 || y >= height || x < 0 || x >= width) continue;
              sum += taps[((o * channels + c) * 3 + u) * 3 + v] * pixels[(c * height + y) * width + x];
            }
          }
        }
        values[(o * height + row) * width + column] = sum;
      }
    }
  }
  return { values, products };
}
// #endregion loops

// #region im2col
/** The same as one matrix product: a row of the right matrix for each place of the window. */
function byMatmul(x: Tensor, weight: Tensor): Counted {
  const [channels, height, width] = x.shape;
  const [outputs] = weight.shape;
  const padded = pad(x, [1, 1, 1, 1]);
  const rows: Tensor[] = [];
  for (let c = 0; c < channels; c++) {
    for (let u = 0; u < 3; u++) {
      for (let v = 0; v < 3; v++) {
        const moved = padded.narrow(0, c, 1).narrow(1, u, height).narrow(2, v, width);
        rows.push(moved.reshape([1, height * width]));
      }
    }
  }
  const columns = concatenate(rows, 0); // [9 C, H W]
  const out = weight.reshape([outputs, 9 * channels]).matmul(columns);
  return { values: out.dataSync(), products: outputs * 9 * channels * height * width };
}
// #endregion im2col

// #region matrices
type Matrix = readonly (readonly number[])[];

const product = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => b[0].map((_, j) => row.reduce((sum, value, k) => sum + value * b[k][j], 0)));
const transposed = (a: Matrix): Matrix => a[0].map((_, j) => a.map((row) => row[j]));
/** a m a^T */
const bothSides = (a: Matrix, m: Matrix): Matrix => product(product(a, m), transposed(a));

const BT: Matrix = [
  [1, 0, -1, 0],
  [0, 1, 1, 0],
  [0, -1, 1, 0],
  [0, 1, 0, -1],
];
const G: Matrix = [
  [1, 0, 0],
  [1 / 2, 1 / 2, 1 / 2],
  [1 / 2, -1 / 2, 1 / 2],
  [0, 0, 1],
];
const AT: Matrix = [
  [1, 1, 1, 0],
  [0, 1, -1, -1],
];
// #endregion matrices

// #region winograd
/** The same by F(2x2, 3x3): tiles of 2x2 outputs from 4x4 inputs. Height and width are even here. */
function byWinograd(x: Tensor, weight: Tensor): Counted {
  const [channels, height, width] = x.shape;
  const [outputs] = weight.shape;
  const pixels = pad(x, [1, 1, 1, 1]).dataSync();
  const taps = weight.dataSync();
  const U = Array.from({ length: outputs * channels }, (_, i) => bothSides(G, square(taps, i * 9, 3, 3)));
  const values = new Float32Array(outputs * height * width);
  let products = 0;
  for (let row = 0; row < height; row += 2) {
    for (let column = 0; column < width; column += 2) {
      const V = Array.from({ length: channels }, (_, c) =>
        bothSides(BT, square(pixels, (c * (height + 2) + row) * (width + 2) + column, 4, width + 2)),
      );
      for (let o = 0; o < outputs; o++) {
        const M = [0, 1, 2, 3].map((i) =>
          [0, 1, 2, 3].map((j) => {
            products += channels;
            return V.reduce((sum, tile, c) => sum + U[o * channels + c][i][j] * tile[i][j], 0);
          }),
        );
        bothSides(AT, M).forEach((line, i) => values.set(line, (o * height + row + i) * width + column));
      }
    }
  }
  return { values, products };
}

/** size x size numbers, each row `step` after the one before. */
function square(values: Float32Array, start: number, size: number, step: number): Matrix {
  return Array.from({ length: size }, (_, i) => [...values.subarray(start + i * step, start + i * step + size)]);
}
// #endregion winograd

interface Facts {
  /** Largest difference from the engine's conv2d, as a share of its largest output. */
  readonly errors: { readonly loops: number; readonly matmul: number; readonly winograd: number };
  readonly products: { readonly loops: number; readonly matmul: number; readonly winograd: number };
}

/** Three filters; red, green and blue have the same. */
const filters = {
  vertical: [-1, 0, 1, -2, 0, 2, -1, 0, 1],
  horizontal: [-1, -2, -1, 0, 0, 0, 1, 2, 1],
  points: [-1, -1, -1, -1, 8, -1, -1, -1, -1],
};

export async function run(): Promise<Chapter<Facts>> {
  const photo = resize(await openPicture('cat.png'), 138, 92, { method: 'area' });
  const x = tensor(photo.data, { shape: [photo.height, photo.width, 3] }).permute([2, 0, 1]);
  const windows = Object.values(filters).map((filter) => [filter, filter, filter].flat());
  const weight = tensor(windows.flat(), { shape: [windows.length, 3, 3, 3] });

  // #region compare
  const engine = conv2d(x, weight, null, { padding: 1 }).dataSync();
  const [loops, matmul, winograd] = [byLoops(x, weight), byMatmul(x, weight), byWinograd(x, weight)];
  const scale = engine.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  const error = ({ values }: Counted) => largestDifference(values, engine) / scale;
  // #endregion compare

  const plane = photo.width * photo.height;
  const strength = (values: Float32Array, o: number): Picture => {
    const own = values.subarray(o * plane, (o + 1) * plane);
    return greyPicture(
      photo.width,
      photo.height,
      own.map((value) => Math.sqrt(Math.abs(value))),
    );
  };
  const tiles = [
    ...Object.keys(filters).map((title, o) => ({ title, picture: strength(engine, o) })),
    { title: 'loops', picture: strength(loops.values, 0) },
    { title: 'matmul', picture: strength(matmul.values, 0) },
    { title: 'Winograd', picture: strength(winograd.values, 0) },
  ];
  return {
    pictures: {
      '04-convolution': contactSheet(tiles, {
        columns: 3,
        tileSize: 138,
        rowHeadings: ['what three filters see: |values|', 'vertical edges, three ways'],
      }),
    },
    facts: {
      errors: { loops: error(loops), matmul: error(matmul), winograd: error(winograd) },
      products: { loops: loops.products, matmul: matmul.products, winograd: winograd.products },
    },
  };
}
