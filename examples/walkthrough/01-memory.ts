/** Chapter 1: a tensor is a shape over a row of numbers; what view and permute do to it. */
import { backendInfo, contactSheet, createPicture, resize, tensor, tidy, type Picture, type Tensor } from 'backlight';
import { largestDifference, openPicture, type Chapter } from './chapter.js';

interface Facts {
  readonly sharesStorage: { readonly view: boolean; readonly permute: boolean };
  readonly byHandEqual: boolean;
  readonly backEqual: boolean;
  readonly viewIsWrong: number;
  readonly leftByTidy: number;
}

export async function run(): Promise<Chapter<Facts>> {
  const cat = resize(await openPicture('cat.png'), 144, 96, { method: 'area' });

  // #region tensor
  const { width, height, data } = cat; // red, green, blue of the first pixel, then of the one beside it, ...
  const hwc = tensor(data, { shape: [height, width, 3] });
  // #endregion tensor

  // #region two-ways
  const permuted = hwc.permute([2, 0, 1]); // what was at [y, x, c] is now at [c, y, x]
  const viewed = hwc.view([3, height, width]); // the row of numbers stays as it is and is cut anew
  // #endregion two-ways

  // #region by-hand
  const strides = [width * 3, 3, 1]; // one step along y, x or c is so many numbers further
  const [alongC, alongY, alongX] = [2, 0, 1].map((dim) => strides[dim]);
  const byHand = new Float32Array(data.length);
  let i = 0;
  for (let c = 0; c < 3; c++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) byHand[i++] = data[c * alongC + y * alongY + x * alongX];
    }
  }
  // #endregion by-hand

  // #region back
  const back = permuted.permute([1, 2, 0]); // [3, height, width] to a picture again
  const wrong = permuted.view([height, width, 3]);
  // #endregion back

  // #region memory
  const before = backendInfo().storages;
  const contrast = tidy(() => {
    const centred = hwc.sub(hwc.mean());
    return centred.mul(centred).mean().sqrt();
  });
  const left = backendInfo().storages - before; // 1: what was returned
  contrast.dispose();
  // #endregion memory

  const picture = contactSheet(
    [
      { title: 'the picture', picture: cat },
      { title: 'permute', picture: plane(permuted, 0) },
      { title: 'view', picture: plane(viewed, 0) },
      { title: 'the planes', picture: stacked(permuted) },
      { title: 'permute', picture: createPicture(width, height, 3, back.dataSync()) },
      { title: 'view', picture: createPicture(width, height, 3, wrong.dataSync()) },
    ],
    {
      columns: 3,
      tileSize: 144,
      rowHeadings: ['[H,W,3] to [3,H,W]: plane 0 of it', '[3,H,W] to [H,W,3]'],
    },
  );
  return {
    pictures: { '01-view-permute': picture },
    facts: {
      sharesStorage: { view: viewed.storage === hwc.storage, permute: permuted.storage === hwc.storage },
      byHandEqual: largestDifference(byHand, permuted.dataSync()) === 0,
      backEqual: largestDifference(back.dataSync(), data) === 0,
      viewIsWrong: largestDifference(viewed.dataSync(), permuted.dataSync()),
      leftByTidy: left,
    },
  };
}

/** One plane of [3, height, width], in grey. */
function plane(x: Tensor, c: number): Picture {
  const [, height, width] = x.shape;
  return createPicture(width, height, 1, x.select(0, c).dataSync());
}

/** All three, one below the other: as they lie in memory. */
function stacked(x: Tensor): Picture {
  const [planes, height, width] = x.shape;
  return createPicture(width, planes * height, 1, x.dataSync());
}
