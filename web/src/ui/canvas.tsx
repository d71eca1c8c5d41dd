/** A picture on a canvas, as large as its place; its values can be read under the pointer or with the arrow keys. */
import type { Picture } from 'backlight/image/picture.js';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { toImageData } from './drawing.js';
import { moveProbe, probe } from './probe.js';

interface CanvasProps {
  readonly picture: Picture;
  /** What it shows, in words; '' where the words stand beside it. */
  readonly label: string;
  /** Whether the place under the pointer is read. */
  readonly readable?: boolean;
  /** Whether single pixels are to be seen as such. */
  readonly pixels?: boolean;
}

export function Canvas({ picture, label, readable = false, pixels = false }: CanvasProps) {
  const ref = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const canvas = ref.current;
    if (!canvas) return;
    if (canvas.width !== picture.width) canvas.width = picture.width;
    if (canvas.height !== picture.height) canvas.height = picture.height;
    canvas.getContext('2d')?.putImageData(toImageData(picture), 0, 0);
  }, [picture]);
  const canvas = (
    <canvas
      ref={ref}
      {...(label === '' ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
      class={pixels ? 'pixels' : ''}
      tabIndex={readable ? 0 : undefined}
    />
  );
  if (!readable) return canvas;
  const onPointer = (event: PointerEvent) => {
    const box = ref.current?.getBoundingClientRect();
    if (box) probe.value = { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
  };
  const place = probe.value;
  return (
    <div
      class="readable"
      onPointerMove={onPointer}
      onPointerDown={onPointer}
      onPointerLeave={({ pointerType }) => {
        if (pointerType === 'mouse') probe.value = null;
      }}
      onKeyDown={moveProbe}
    >
      {canvas}
      {place && <span class="cross" style={{ left: `${place.x * 100}%`, top: `${place.y * 100}%` }} />}
    </div>
  );
}
