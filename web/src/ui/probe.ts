/** Where all maps of a view are read: one place, as shares of width and height. */
import { signal, type Signal } from '@preact/signals';
import type { Picture } from 'backlight/image/picture.js';

export interface Place {
  readonly x: number;
  readonly y: number;
}

export const probe: Signal<Place | null> = signal(null);

/** The pixel of a picture at that place. */
export function pixelAt({ width, height }: Picture, { x, y }: Place): { x: number; y: number } {
  const within = (share: number, side: number) => Math.min(side - 1, Math.max(0, Math.floor(share * side)));
  return { x: within(x, width), y: within(y, height) };
}

/** What a map says there: one number, or three. */
export function readAt(values: Picture, place: Place): string {
  const { x, y } = pixelAt(values, place);
  const at = (y * values.width + x) * values.channels;
  return Array.from(values.data.subarray(at, at + values.channels), format).join('  ');
}

export function format(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  return size >= 0.01 && size < 1000 ? value.toFixed(size < 10 ? 3 : 1) : value.toExponential(1);
}

const STEP = 0.02;
const moves: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-STEP, 0],
  ArrowRight: [STEP, 0],
  ArrowUp: [0, -STEP],
  ArrowDown: [0, STEP],
};

/** Arrow keys move the place. */
export function moveProbe(event: KeyboardEvent): void {
  if (event.key === 'Escape') probe.value = null;
  if (!Object.hasOwn(moves, event.key)) return;
  event.preventDefault();
  const [dx, dy] = moves[event.key];
  const { x, y } = probe.value ?? { x: 0.5, y: 0.5 };
  const clamp = (value: number) => Math.min(0.999, Math.max(0, value));
  probe.value = { x: clamp(x + dx), y: clamp(y + dy) };
}
