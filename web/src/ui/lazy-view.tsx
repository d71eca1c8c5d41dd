/** The views beyond the first, each loaded when it is opened. */
import { signal, type Signal } from '@preact/signals';
import type { FunctionComponent } from 'preact';
import { useEffect } from 'preact/hooks';
import type { ViewName } from '../state/view.js';
import { Problem } from './notices.js';

type LazyName = Exclude<ViewName, 'explain'>;

const loaders: Record<LazyName, () => Promise<FunctionComponent>> = {
  compare: () => import('../views/compare.js').then(({ CompareView }) => CompareView),
  network: () => import('../views/network.js').then(({ NetworkView }) => NetworkView),
  learn: () => import('../views/learn.js').then(({ LearnView }) => LearnView),
  backward: () => import('../views/backward.js').then(({ BackwardView }) => BackwardView),
};

const loaded: Signal<ReadonlyMap<LazyName, FunctionComponent>> = signal(new Map());
const failed: Signal<string | null> = signal(null);

async function load(name: LazyName): Promise<void> {
  if (loaded.value.has(name)) return;
  try {
    const view = await loaders[name]();
    loaded.value = new Map([...loaded.value, [name, view]]);
    failed.value = null;
  } catch (error) {
    failed.value = `this view could not be loaded: ${String(error)}; load the page again`;
  }
}

export function LazyView({ name }: { readonly name: LazyName }) {
  useEffect(() => void load(name), [name]);
  const View = loaded.value.get(name);
  return View ? <View /> : <Problem text={failed.value} />;
}
