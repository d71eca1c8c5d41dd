/** Chapter 9: guided Grad-CAM, the fine map where the coarse one is warm. */
import {
  GradCam,
  GuidedBackpropagation,
  applyColorMap,
  contactSheet,
  createPicture,
  guidedGradCam,
  overlayHeat,
  resize,
  showGradient,
  type Picture,
} from 'backlight';
import { cosine, largestDifference, lastRelu, leftShare, openBoth, type Chapter } from './chapter.js';

// #region product
/** The guided gradient times the mask, enlarged to its size: fine where the network looks, 0 elsewhere. */
function product(guided: Picture, mask: Picture): Picture {
  const { width, height, data } = guided;
  const heat = resize(mask, width, height).data;
  return createPicture(
    width,
    height,
    3,
    data.map((value, i) => value * heat[Math.floor(i / 3)]),
  );
}
// #endregion product

interface Shares {
  readonly cat: number;
  readonly airplane: number;
}

interface Facts {
  readonly fromLibrary: number;
  /** The share of a map that lies on the left, where the cat is. */
  readonly left: { readonly guided: Shares; readonly product: Shares };
  /** Cosine between the maps of the two classes. */
  readonly alike: { readonly guided: number; readonly product: number };
}

export async function run(): Promise<Chapter<Facts>> {
  const { model, cat, airplane, input, view } = await openBoth(200);

  // #region two-passes
  const explained = async (classIndex: number) => {
    const cam = new GradCam([lastRelu(model)]);
    model.call(input).at(0, classIndex).backward();
    const [mask] = (await cam.calCam(view)).masks;
    cam.remove();

    const gbp = new GuidedBackpropagation(model); // a pass of its own: it changes the gradients
    model.call(input.requiresGrad_()).at(0, classIndex).backward();
    const [guided] = await gbp.rawImages();
    gbp.remove();
    return { mask, guided, product: product(guided, mask) };
  };
  // #endregion two-passes
  const maps = { cat: await explained(cat), airplane: await explained(airplane) };

  const tiles = [maps.cat, maps.airplane].flatMap(({ mask, guided, product: fine }) => [
    { title: 'Grad-CAM', picture: overlayHeat(view, applyColorMap(resize(mask, view.width, view.height), 'jet')) },
    { title: 'guided', picture: showGradient(guided) },
    { title: 'their product', picture: showGradient(fine) },
  ]);
  const alike = (kind: 'guided' | 'product') => cosine(maps.cat[kind].data, maps.airplane[kind].data);
  const left = (kind: 'guided' | 'product') => ({
    cat: leftShare(maps.cat[kind]),
    airplane: leftShare(maps.airplane[kind]),
  });
  return {
    pictures: {
      '09-guided-grad-cam': contactSheet(tiles, { columns: 3, tileSize: 200, rowHeadings: ['cat', 'airplane'] }),
    },
    facts: {
      fromLibrary: largestDifference(maps.cat.product.data, guidedGradCam(maps.cat.guided, maps.cat.mask).data),
      left: { guided: left('guided'), product: left('product') },
      alike: { guided: alike('guided'), product: alike('product') },
    },
  };
}
