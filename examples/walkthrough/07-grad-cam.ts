/** Chapter 7: Grad-CAM as the notes have it, the slips in it, and the class of the library. */
import {
  GradCam,
  ReLU,
  applyColorMap,
  cam as findCat,
  contactSheet,
  createPicture,
  maskPicture,
  overlayHeat,
  overlayMask,
  resize,
  setWarningHandler,
  type Module,
  type Picture,
  type RemovableHandle,
  type Tensor,
} from 'backlight';
import { largestDifference, lastRelu, leftShare, openBoth, type Chapter } from './chapter.js';

// #region hooks
class PlainGradCam {
  readonly fh: Tensor[] = [];
  readonly bh: Tensor[] = [];
  readonly #handles: RemovableHandle[];

  constructor(
    layers: readonly Module[],
    readonly targetSize: readonly [number, number],
  ) {
    this.#handles = layers.flatMap((layer) => [
      layer.registerForwardHook((_module, _input, output) => {
        this.fh.push(output.detach());
      }),
      layer.registerFullBackwardHook((_module, _gradIn, [gradOut]) => {
        if (gradOut) this.bh.unshift(gradOut.detach()); // the last layer's gradient arrives first
      }),
    ]);
  }
  // #endregion hooks

  // #region calculate
  calCam(image: Picture): { images: Picture[]; masks: Picture[] } {
    const masks = this.fh.map((a, i) => {
      const alpha = this.bh[i].mean([2, 3], true); // [1,K,1,1]: one weight for each channel
      const mat = alpha.mul(a).sum(1).relu(); // [1,h,w]
      const scaled = mat.sub(mat.min()).div(mat.max().add(1e-7));
      const [, height, width] = mat.shape;
      return resize(createPicture(width, height, 1, scaled.dataSync()), ...this.targetSize);
    });
    const images = masks.map((mask) => overlayHeat(image, applyColorMap(mask, 'jet')));
    return { images, masks };
  }
  // #endregion calculate

  // #region remove
  remove(): void {
    for (const handle of this.#handles) handle.remove();
    for (const tensor of [...this.fh.splice(0), ...this.bh.splice(0)]) tensor.dispose();
  }
  // #endregion remove
}

// #region piled
/** The notes' loop: every layer's heat is laid over the image that carries the heat of the layers before. */
function piledUp(image: Picture, masks: readonly Picture[]): Picture[] {
  const images: Picture[] = [];
  for (const mask of masks) {
    image = overlayHeat(image, applyColorMap(mask, 'jet'));
    images.push(image);
  }
  return images;
}
// #endregion piled

interface Facts {
  /** Largest difference between the plain masks and the library's. */
  readonly fromLibrary: number;
  /** The share of the heat on the left half, where the cat is. */
  readonly left: { readonly cat: number; readonly airplane: number };
  /** Mean difference, of all values, that a slip makes to an overlay. */
  readonly slips: { readonly piled: number; readonly colours: number };
  /** How many activations are kept after two passes by hooks that nobody clears, and how many layers there are. */
  readonly growing: { readonly kept: number; readonly layers: number };
  /** What the map before its ReLU adds up to, and the class's score without the bias. */
  readonly sums: { readonly map: number; readonly score: number };
  readonly warning: string;
  readonly hooksLeft: number;
}

export async function run(): Promise<Chapter<Facts>> {
  const { model, cat, airplane, input, view } = await openBoth(180);
  const layer = lastRelu(model);

  const masksOf = (classIndex: number): Picture => {
    const plain = new PlainGradCam([layer], [view.width, view.height]);
    model.call(input.requiresGrad_()).at(0, classIndex).backward();
    const [mask] = plain.calCam(view).masks;
    plain.remove();
    return mask;
  };
  const masks = { cat: masksOf(cat), airplane: masksOf(airplane) };

  // #region library
  using cam = new GradCam([layer], [view.width, view.height]);
  model.call(input).at(0, cat).backward();
  const { masks: libraryMasks } = await cam.calCam(view);
  cam.remove();
  // #endregion library

  const [{ raw }] = await findCat(model, input, { layer, classes: cat });
  const bias = model.parameters().at(-1)?.at(cat).item() ?? NaN;
  const sums = {
    map: raw[0].data.reduce<number>((sum, value) => sum + value, 0),
    score: model.call(input).at(0, cat).item() - bias,
  };

  // the slips, on all ReLUs of model.features
  const relus = model
    .getSubmodule('features')
    .children()
    .filter((module) => module instanceof ReLU);
  const all = new PlainGradCam(relus, [view.width, view.height]);
  model.call(input).at(0, cat).backward();
  const mended = all.calCam(view);
  const piled = piledUp(view, mended.masks);
  model.call(input).at(0, cat).backward();
  const growing = { kept: all.fh.length, layers: relus.length };
  all.remove();
  const swapped = overlayMask(view, masks.cat, { rgbOrBgr: false });
  const warning = await blankWarning(model, layer, input, view);

  const shown = [0, relus.length >> 1, relus.length - 1];
  const row = (images: readonly Picture[], last: Picture) => [
    ...shown.map((i) => ({ title: `ReLU ${i + 1}`, picture: images[i] })),
    { title: 'colours', picture: last },
  ];
  const overlay = (mask: Picture) => overlayHeat(view, applyColorMap(mask, 'jet'));
  const explained = (mask: Picture) => [
    { title: 'the picture', picture: view },
    { title: 'mask', picture: mask },
    { title: 'heat map', picture: overlay(mask) },
    { title: 'under mask', picture: maskPicture(view, mask) },
  ];
  const settings = { columns: 4, tileSize: 180 };
  const sheets = {
    '07-grad-cam': contactSheet([...explained(masks.cat), ...explained(masks.airplane)], {
      ...settings,
      rowHeadings: ['cat', 'airplane'],
    }),
    '07-slips': contactSheet([...row(piled, swapped), ...row(mended.images, overlay(masks.cat))], {
      ...settings,
      rowHeadings: ['as in the notes', 'mended'],
    }),
  };
  const last = relus.length - 1;
  return {
    pictures: sheets,
    facts: {
      fromLibrary: largestDifference(masks.cat.data, libraryMasks[0].data),
      left: { cat: leftShare(masks.cat), airplane: leftShare(masks.airplane) },
      slips: {
        piled: meanDifference(piled[last], mended.images[last]),
        colours: meanDifference(swapped, overlay(masks.cat)),
      },
      growing,
      sums,
      warning,
      hooksLeft: model.modules().reduce((count, module) => count + module.hookCount, 0),
    },
  };
}

// #region blank
/** What the library says of a score that does not depend on the layer: here it is multiplied with 0. */
async function blankWarning(model: Module, layer: Module, input: Tensor, view: Picture): Promise<string> {
  let warning = '';
  const before = setWarningHandler((message) => (warning = message));
  using cam = new GradCam([layer]);
  model.call(input).at(0, 0).mul(0).backward();
  await cam.calCam(view);
  setWarningHandler(before);
  return warning;
}
// #endregion blank

function meanDifference(a: Picture, b: Picture): number {
  return a.data.reduce((sum, value, i) => sum + Math.abs(value - b.data[i]), 0) / a.data.length;
}
