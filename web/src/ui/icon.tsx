/** Icons of Lucide, drawn with strokes of the text's colour. They say nothing to screen readers: what they mean stands beside them. */
import type { IconNode } from 'lucide';
import { h } from 'preact';

export function Icon({ icon, size = 18 }: { readonly icon: IconNode; readonly size?: number }) {
  return (
    <svg
      class="icon"
      aria-hidden="true"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.75"
      stroke-linecap="round"
      stroke-linejoin="round"
    >
      {icon.map(([tag, attributes]) => h(tag, attributes))}
    </svg>
  );
}
