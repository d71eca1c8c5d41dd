/**
 * Float textures of a WebGL context, four numbers a texel: made once, handed out again when they were given back.
 *
 * A texture's size follows from its number of texels, so that any two arrays of one length can share it; what is copied elsewhere at once may
 * have another width.
 */
import { BackendError } from '../../errors.js';
import { Pool } from './pool.js';
import type { DeviceArray } from './program.js';

const BYTES_PER_TEXEL = 16;

export class TexelTexture implements DeviceArray {
  constructor(
    readonly texels: number,
    readonly texture: WebGLTexture,
    readonly width: number,
    readonly height: number,
  ) {}

  get bytes(): number {
    return this.width * this.height * BYTES_PER_TEXEL;
  }
}

/** Width and height of the texture for so many texels: nearly square, the width a power of two. */
export function textureSize(
  texels: number,
  width = 2 ** Math.ceil(Math.log2(Math.sqrt(Math.max(texels, 1)))),
): readonly [width: number, height: number] {
  return [width, Math.max(Math.ceil(texels / width), 1)];
}

export class TexturePool {
  readonly #gl: WebGL2RenderingContext;
  readonly #largest: number;
  readonly #pool: Pool<WebGLTexture>;

  /** @param deleting is told of a texture before it is deleted */
  constructor(gl: WebGL2RenderingContext, deleting: (texture: WebGLTexture) => void) {
    this.#gl = gl;
    this.#largest = Number(gl.getParameter(gl.MAX_TEXTURE_SIZE));
    this.#pool = new Pool((texture) => {
      deleting(texture);
      gl.deleteTexture(texture);
    });
  }

  /** The most texels of a texture: its width is a power of two, and so are the limits of real devices. */
  get mostTexels(): number {
    return this.#largest * this.#largest;
  }

  /** Textures, in use and waiting, and their bytes. */
  get counts(): { arrays: number; bytes: number } {
    return this.#pool.counts;
  }

  /** @param otherWidth another than the one that follows from the number of texels */
  take(texels: number, otherWidth?: number): TexelTexture {
    const [width, height] = textureSize(texels, otherWidth);
    const bytes = width * height * BYTES_PER_TEXEL;
    const texture = this.#pool.take(`${width}x${height}`, bytes, () => this.#make(texels, width, height));
    return new TexelTexture(texels, texture, width, height);
  }

  giveBack({ texture, width, height, bytes }: TexelTexture): void {
    this.#pool.giveBack(`${width}x${height}`, bytes, texture);
  }

  #make(texels: number, width: number, height: number): WebGLTexture {
    const gl = this.#gl;
    if (Math.max(width, height) > this.#largest) {
      throw new BackendError(
        `gpu: expected at most ${this.mostTexels * 4} numbers in one tensor (textures of ${this.#largest}x${this.#largest} on this ` +
          `device), got ${texels * 4}; split it, or use the wasm backend`,
      );
    }
    const texture = gl.createTexture();
    gl.activeTexture(gl.TEXTURE15);
    gl.bindTexture(gl.TEXTURE_2D, texture);
    for (const side of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, side, gl.CLAMP_TO_EDGE);
    for (const filter of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) {
      gl.texParameteri(gl.TEXTURE_2D, filter, gl.NEAREST);
    }
    gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA32F, width, height);
    return texture;
  }
}
