/** Chapter 5: a VGG, and what its layers see: activations as pictures, and how much of the picture each one looks at. */
import {
  Conv2d,
  MaxPool2d,
  ReLU,
  applyColorMap,
  contactSheet,
  createPicture,
  grad,
  preprocess,
  workingSize,
  type Module,
  type Picture,
  type Tensor,
} from 'backlight';
import { greyPicture, openModel, openPicture, type Chapter } from './chapter.js';

interface Facts {
  /** For the last ReLU before each pooling, and the last of all: its name, and its output's shape. */
  readonly layers: readonly { readonly name: string; readonly shape: readonly number[]; readonly zeros: number }[];
  /** Side of the square of pixels that can reach one number of that layer, by arithmetic and by a gradient. */
  readonly fields: readonly { readonly computed: number; readonly seen: number }[];
}

// #region stages
/** The last ReLU before each pooling, and the last of all. */
function stages(features: Module): [string, Module][] {
  const layers = features.namedChildren();
  return layers.filter(([, module], i) => {
    const later = layers.slice(i + 1).find(([, next]) => next instanceof ReLU || next instanceof MaxPool2d);
    return module instanceof ReLU && !(later?.[1] instanceof ReLU);
  });
}
// #endregion stages

// #region field
/** How many pixels, along one side, can reach one number behind `layer`. */
function fieldOf(features: Module, layer: Module): number {
  let [field, step] = [1, 1]; // step: how far apart, in pixels, two neighbouring numbers of a layer look
  for (const module of features.children()) {
    if (module instanceof Conv2d) field += (module.weight.shape[3] - 1) * step;
    if (module instanceof MaxPool2d) [field, step] = [field + step, 2 * step];
    if (module === layer) break;
  }
  return field;
}
// #endregion field

export async function run(): Promise<Chapter<Facts>> {
  const { model, preprocess: spec } = await openModel();
  const photo = await openPicture('cat.png');
  // #region activations
  const { preprocess: sized } = await workingSize(model, photo, spec);
  const { input, picture } = preprocess(photo, sized);
  const features = model.getSubmodule('features');
  const layers = stages(features);
  const outputs: Tensor[] = [];
  const handles = layers.map(([, relu]) =>
    relu.registerForwardHook((_module, _input, output) => {
      outputs.push(output);
    }),
  );
  model.call(input.requiresGrad_());
  for (const handle of handles) handle.remove();
  // #endregion activations

  const fields = layers.map(([, layer], i) => ({
    computed: fieldOf(features, layer),
    seen: Math.max(...sidesOf(reachingMiddle(outputs[i], input))),
  }));
  const shapes = outputs.map(({ shape }) => shape);
  const rows = outputs.map((output) => strongest(output, 4));
  const zeros = outputs.map((output) => output.eq(0).mean().item());
  const columns = 5;
  const tiles = rows.flatMap((pictures, i) => [
    { title: 'looks at', picture: lookedAt(picture, reachingMiddle(outputs[i], input)) },
    ...pictures,
  ]);
  const rowHeadings = layers.map(([name], i) => {
    const [, channels, height, width] = shapes[i];
    return `features.${name}: ${channels} maps of ${width}x${height}`;
  });
  return {
    pictures: { '05-activations': contactSheet(tiles, { columns, tileSize: 128, rowHeadings }) },
    facts: { layers: layers.map(([name], i) => ({ name, shape: shapes[i], zeros: zeros[i] })), fields },
  };
}

// #region strongest
/** The channels with the largest means: what this layer found most of. output [1,K,h,w] */
function strongest(output: Tensor, count: number): { title: string; picture: Picture }[] {
  const [, channels, height, width] = output.shape;
  const { values, indices } = output.mean([0, 2, 3]).sort(0, true);
  values.dispose();
  return indices
    .narrow(0, 0, Math.min(count, channels))
    .dataSync()
    .reduce<{ title: string; picture: Picture }[]>((tiles, channel) => {
      const map = output.select(1, channel).dataSync();
      const picture = applyColorMap(greyPicture(width, height, map), 'viridis');
      return [...tiles, { title: `map ${channel}`, picture }];
    }, []);
}
// #endregion strongest

// #region middle
/** Which pixels reach the number in the middle of a layer: 1 where its gradient is more than rounding, else 0. */
function reachingMiddle(output: Tensor, input: Tensor): Picture {
  const [, , height, width] = output.shape;
  const middle = output.select(3, width >> 1).select(2, height >> 1); // of all channels
  const [gradient] = grad(middle.sum(), [input], null, { retainGraph: true });
  const sizes = gradient.abs().sum(1);
  const seen = sizes.gt(sizes.max().mul(1e-5));
  return createPicture(input.shape[3], input.shape[2], 1, seen.dataSync());
}
// #endregion middle

/** Width and height of the rectangle in which a map is not 0. */
function sidesOf({ width, data }: Picture): [number, number] {
  const places = [...data.keys()].filter((i) => data[i] !== 0);
  const span = (along: readonly number[]) => (along.length === 0 ? 0 : Math.max(...along) - Math.min(...along) + 1);
  return [span(places.map((i) => i % width)), span(places.map((i) => Math.floor(i / width)))];
}

/** The picture, dark where the map is 0. */
function lookedAt(picture: Picture, map: Picture): Picture {
  const data = picture.data.map((value, i) => (map.data[Math.floor(i / 3)] === 0 ? value / 4 : value));
  return { ...picture, data };
}
