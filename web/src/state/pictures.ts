/** The picture that the views are about, and the examples. */
import { signal, type Signal } from '@preact/signals';
import catUrl from '../../../examples/cat.png?url';
import dogUrl from '../../../examples/dog-and-truck.png?url';
import bothUrl from '../../../examples/cat-and-airplane.png?url';
import type { PictureSource } from '../engine/protocol.js';

export interface Example {
  readonly name: string;
  readonly title: string;
  readonly url: string;
}

export const examples: readonly Example[] = [
  { name: 'cat-and-airplane.png', title: 'a cat and an airplane', url: bothUrl },
  { name: 'dog-and-truck.png', title: 'a dog and a truck', url: dogUrl },
  { name: 'cat.png', title: 'a cat', url: catUrl },
];

export const picture: Signal<PictureSource | null> = signal(null);
export const pictureError: Signal<string | null> = signal(null);

let taken = 0;
/** A key that no other picture has. */
export const nextKey = (): string => `picture ${++taken}`;

export function takeFile(file: Blob, name: string): void {
  pictureError.value = null;
  picture.value = { kind: 'file', key: nextKey(), name, file };
}

export async function takeExample({ url, name }: Example): Promise<void> {
  try {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    takeFile(await response.blob(), name);
  } catch (error) {
    pictureError.value = `${name}: expected the example, it could not be loaded: ${String(error)}`;
  }
}
