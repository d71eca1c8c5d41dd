/** Which view is shown: the part of the address after #, so that the browser's back button works. */
import { signal, type Signal } from '@preact/signals';

export const views = [
  { name: 'explain', title: 'Explain' },
  { name: 'compare', title: 'Compare' },
  { name: 'network', title: 'Network' },
  { name: 'backward', title: 'Backward' },
] as const;

export type ViewName = (typeof views)[number]['name'];

const named = (hash: string): ViewName => views.find(({ name }) => `#${name}` === hash)?.name ?? 'explain';

export const view: Signal<ViewName> = signal(named(location.hash));

addEventListener('hashchange', () => (view.value = named(location.hash)));
