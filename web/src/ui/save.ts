/** Files that the user takes home. */
import type { Picture } from 'backlight/image/picture.js';
import { toImageData } from './drawing.js';

function save(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export async function savePng(picture: Picture, name: string): Promise<void> {
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  canvas.getContext('2d')?.putImageData(toImageData(picture), 0, 0);
  save(await canvas.convertToBlob({ type: 'image/png' }), `${name}.png`);
}

/** Letters, digits and dashes of a text. */
export function fileName(...parts: readonly string[]): string {
  return parts
    .map((part) =>
      part
        .toLowerCase()
        .replace(/\.(png|jpe?g)$/, '')
        .replace(/[^a-z0-9]+/g, '-')
        .replace(/^-|-$/g, ''),
    )
    .filter((part) => part !== '')
    .join('-');
}
