/**
 * How the targets of a kernel become one array: each is drawn to a texture of its own, and these are copied into one. Copies cost less than
 * a kernel that does the same.
 */
import type { Program } from './program.js';
import { textureSize, type TexelTexture } from './texture-pool.js';

/** As long as they are not too many. */
const MOST_COPIES = 64;

/** The width of a target where targets take turns in an array of `texels`: it has as many rows as that. */
function partWidth(targets: number, texels: number): number {
  return textureSize(texels)[0] / targets;
}

/** Whether so many targets can take turns, `turns` texels at a time, in an array of `texels`. */
export function canCopyTurns(targets: number, turns: number, texels: number): boolean {
  const width = partWidth(targets, texels);
  return width >= turns && width % turns === 0 && targets * (width / turns) <= MOST_COPIES;
}

/** Whether the targets lie one after the other. */
function isStacked({ output, turns }: Program): boolean {
  return turns === output[0] * output[1];
}

/** The width of a target's texture. */
export function targetWidth(program: Program): number {
  const { output, targets } = program;
  const texels = output[0] * output[1] * targets;
  return isStacked(program) ? textureSize(texels)[0] : partWidth(targets, texels);
}

/** Copies target number `t` to its place in `to`, from the framebuffer that is bound. Targets have to be copied in order. */
export function copyTarget(
  gl: WebGL2RenderingContext,
  target: TexelTexture,
  to: TexelTexture,
  t: number,
  program: Program,
): void {
  gl.activeTexture(gl.TEXTURE15);
  gl.bindTexture(gl.TEXTURE_2D, to.texture);
  if (isStacked(program)) copyFrom(gl, target, to, t * target.texels);
  else copyPieces(gl, target, program.turns, { first: program.turns * t, step: program.turns * program.targets });
}

/** All of it, from texel `start` on, to a texture with rows as long. What lies behind its last texel is for the next one to replace. */
function copyFrom(gl: WebGL2RenderingContext, { width, height }: TexelTexture, to: TexelTexture, start: number): void {
  const column = start % width;
  const row = (start - column) / width;
  const copy = (x: number, y: number, fromX: number, columns: number) => {
    const rows = Math.min(height, to.height - y);
    if (columns > 0 && rows > 0) gl.copyTexSubImage2D(gl.TEXTURE_2D, 0, x, y, fromX, 0, columns, rows);
  };
  copy(column, row, 0, width - column);
  copy(0, row + 1, width - column, column);
}

/** Pieces of `turns` columns, to a texture with as many rows: to every `step` columns there. */
function copyPieces(
  gl: WebGL2RenderingContext,
  { width, height }: TexelTexture,
  turns: number,
  { first, step }: { first: number; step: number },
): void {
  for (let from = 0; from < width; from += turns) {
    gl.copyTexSubImage2D(gl.TEXTURE_2D, 0, first + (from / turns) * step, 0, from, 0, turns, height);
  }
}
