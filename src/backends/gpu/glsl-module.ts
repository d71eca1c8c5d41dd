/**
 * The fragment shader that GPU.js makes of a kernel, with its texture reads made exact and short.
 *
 * GPU.js reads a texel at normalised coordinates, which it finds by dividing by sizes that the compiler does not know to be constant. Here
 * widths are powers of two, so that row and column in a texture are a shift and a mask, and texelFetch takes whole numbers. NaN is told by
 * its bits: a compiler may take x == x for true.
 */

const SIZE = /ivec2 (user_\w+)Size = ivec2\((\d+), \d+\)/g;

const IS_NAN =
  'float isNan(float user_x) { return (floatBitsToUint(user_x) & 0x7fffffffu) > 0x7f800000u ? 1.0 : 0.0; }';

export function glslModule(source: string): string {
  const readers: string[] = [];
  let text = source;
  for (const [, name, width] of source.matchAll(SIZE)) {
    const columns = new RegExp(`ivec3 ${name}Dim = ivec3\\((\\d+)`).exec(source)?.[1];
    const at = `row * ${columns} + column`;
    const place = `ivec2(i & ${Number(width) - 1}, i >> ${Math.log2(Number(width))})`;
    readers.push(
      `vec4 texel_${name}(int z, int row, int column) { int i = ${at}; return texelFetch(${name}, ${place}, 0); }`,
    );
    text = text.replaceAll(`getVec4FromSampler2D(${name}, ${name}Size, ${name}Dim, `, `texel_${name}(`);
  }
  text = text.replace(/float isNan\(float user_x\) \{[^}]*\}/, IS_NAN);
  return text.replace('vec4 kernelResult', `${readers.join('\n')}\nvec4 kernelResult`);
}
