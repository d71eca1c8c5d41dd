/** One picture of an explanation: what it is, what it says under the pointer, and a way to keep it. */
import { Download } from 'lucide';
import type { Picture } from 'backlight/image/picture.js';
import { useState } from 'preact/hooks';
import { Canvas } from './canvas.js';
import { Icon } from './icon.js';
import { probe, readAt } from './probe.js';
import { savePng } from './save.js';

interface TileProps {
  readonly title: string;
  readonly picture: Picture;
  /** What is read under the pointer. */
  readonly values: Picture;
  /** In words, for those who do not see it. */
  readonly label: string;
  readonly file: string;
  readonly blank?: boolean;
  readonly pixels?: boolean;
}

export function Tile({ title, picture, values, label, file, blank = false, pixels = false }: TileProps) {
  const place = probe.value;
  const [isFocused, setFocused] = useState(false);
  return (
    <figure class="tile" onFocusIn={() => setFocused(true)} onFocusOut={() => setFocused(false)}>
      <Canvas picture={picture} label={label} readable pixels={pixels} />
      <figcaption>
        <span class="tile-title">{title}</span>
        <span class="number reading" aria-live={isFocused ? 'polite' : 'off'}>
          {blank ? 'blank' : place ? readAt(values, place) : ''}
        </span>
        <button
          type="button"
          class="plain"
          aria-label={`Download ${title} as PNG`}
          title="Download as PNG"
          onClick={() => void savePng(picture, file)}
        >
          <Icon icon={Download} size={16} />
        </button>
      </figcaption>
    </figure>
  );
}

/** Where a map is strongest: `the upper left`. */
export function strongest(mask: Picture): string {
  let best = 0;
  mask.data.forEach((value, i) => {
    if (value > mask.data[best]) best = i;
  });
  const third = (at: number, side: number, names: readonly [string, string, string]) =>
    names[Math.min(2, Math.floor((3 * at) / side))];
  const vertical = third(Math.floor(best / mask.width), mask.height, ['upper', 'middle', 'lower']);
  const horizontal = third(best % mask.width, mask.width, ['left', 'centre', 'right']);
  return vertical === 'middle' && horizontal === 'centre' ? 'the centre' : `the ${vertical} ${horizontal}`;
}
