/** Which view is shown: the part of the address after #, so that the browser's back button works. */
import { signal, type Signal } from '@preact/signals';

export const views = [
  { name: 'explain', title: 'Explain' },
  { name: 'compare', title: 'Compare' },
  { name: 'network', title: 'Network' },
  { name: 'backward', title: 'Backward' },
  { name: 'learn', title: 'Learn' },
] as const;

export type ViewName = (typeof views)[number]['name'];

/** `#learn/06-hooks` is a place in the view `learn`. */
const named = (hash: string): ViewName =>
  views.find(({ name }) => `#${name}` === hash.split('/')[0])?.name ?? 'explain';

export const view: Signal<ViewName> = signal(named(location.hash));
/** The whole part after #. */
export const place: Signal<string> = signal(location.hash);

addEventListener('hashchange', () => {
  view.value = named(location.hash);
  place.value = location.hash;
});
