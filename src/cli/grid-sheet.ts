/** Some mosaics of the grid game with the Grad-CAM of each class: a picture to look at beside the numbers. */
import { overlayMask } from '../cam/grad-cam.js';
import { scaleMap } from '../cam/maps.js';
import { contactSheet, type Tile } from '../image/contact-sheet.js';
import { createPicture, type Picture } from '../image/picture.js';
import { resize } from '../image/resize.js';
import { mosaicPicture, type GridMap, type Mosaic } from '../training/grid-game.js';
import type { LabelledImages } from '../training/labelled-images.js';

const SIDE = 192;

export function gridSheet(images: LabelledImages, maps: readonly GridMap[]): Picture {
  const shown = maps.filter(({ method }) => method === 'gradCam');
  const mosaics = [...new Set(shown.map(({ mosaic }) => mosaic))];
  return contactSheet(
    mosaics.flatMap((mosaic) =>
      rowOf(
        images,
        mosaic,
        shown.filter((map) => map.mosaic === mosaic),
      ),
    ),
    { columns: 5, tileSize: SIDE },
  );
}

function rowOf(images: LabelledImages, mosaic: Mosaic, maps: readonly GridMap[]): Tile[] {
  const picture = resize(mosaicPicture(images, mosaic), SIDE, SIDE, { method: 'nearest' });
  const overlays = maps.map(({ map, cell }) => {
    const mask = resize(createPicture(map.width, map.height, 1, scaleMap(map.data)), SIDE, SIDE);
    return { title: images.classes[images.labels[mosaic[cell]]], picture: overlayMask(picture, mask) };
  });
  return [{ title: 'mosaic', picture }, ...overlays];
}
