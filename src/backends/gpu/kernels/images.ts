/** Packed images as kernels read them: row n*H + y, column x*C4 + c4, four channels a texel. */
import type { Images } from '../gpu-storage.js';
import type { Dialect, Size } from '../program.js';
import { texel, texelsFor } from './source.js';

export function imagesSize({ batch, channels, height, width }: Images): Size {
  return [width * texelsFor(channels), batch * height];
}

/** Statements that name one number of packed images: that of index `index` in [N,C,H,W]. */
export function numberOfImages(
  dialect: Dialect,
  name: string,
  array: string,
  index: string,
  { channels, height, width }: Images,
): string {
  const line = `(${name}_n * ${height} + ${name}_y)`;
  const column = `((${name}_s - ${name}_y * ${width}) * ${texelsFor(channels)} + ${name}_g)`;
  return `
    const ${name}_p = quotient(${index}, ${height * width});
    const ${name}_s = ${index} - ${name}_p * ${height * width};
    const ${name}_n = quotient(${name}_p, ${channels});
    const ${name}_c = ${name}_p - ${name}_n * ${channels};
    const ${name}_y = quotient(${name}_s, ${width});
    const ${name}_g = Math.floor(${name}_c / 4);
    const ${name}_v = ${texel(dialect, array, line, column)};
    const ${name} = component(${name}_v, ${name}_c - 4 * ${name}_g);`;
}
