/**
 * Kernels on WebGL 2: GPU.js translates them to fragment shaders, this file gives them their textures and reads results.
 *
 * GPU.js would make a texture for each result; here every kernel is handed its output from a pool before it runs. Dispatch is
 * synchronous. `read` waits for a fence and does not block; `readSync` blocks.
 */
import { BackendError } from '../../errors.js';
import { glslModule } from './glsl-module.js';
import type { GpuInstance, WebGlKernel, WebGlKernelObject } from './gpujs.js';
import { KernelCache } from './kernel-cache.js';
import { kernelSettings } from './kernel-settings.js';
import { OUT_OF_MEMORY } from './pool.js';
import type { Device, DeviceCounts, DeviceInfo, Program, Size } from './program.js';
import { TexelTexture, TexturePool, textureSize } from './texture-pool.js';
import { unshared } from './unshared.js';
import { contextLost, finished } from './webgl-fence.js';
import { canCopyTurns, copyTarget, targetWidth } from './webgl-targets.js';

/** A texture as GPU.js takes it: as an argument, or to draw to. */
class Handle {
  readonly type = 'ArrayTexture(4)';
  readonly texture: WebGLTexture;
  readonly size: readonly [number, number];
  readonly dimensions: readonly [number, number, number];
  readonly context: WebGL2RenderingContext;

  constructor(context: WebGL2RenderingContext, array: TexelTexture, [columns, rows]: Size) {
    this.context = context;
    this.texture = array.texture;
    this.size = [array.width, array.height];
    this.dimensions = [columns, rows, 1];
  }

  /** GPU.js asks before it draws over a texture whether to make another one. */
  beforeMutate(): boolean {
    return false;
  }
}

interface Compiled {
  readonly kernel: WebGlKernelObject;
  readonly program: Program;
  built: boolean;
  /** What it drew to last. */
  outputs: readonly TexelTexture[];
}

export class WebGlDevice implements Device<TexelTexture> {
  readonly info: DeviceInfo;
  readonly dialect = 'texture';
  /** As many textures as a shader can draw to at once: at least 4 by WebGL 2's standard, 8 on nearly all devices. */
  readonly mostTargets: number;
  readonly #gl: WebGL2RenderingContext;
  readonly #gpu: GpuInstance;
  readonly #pool: TexturePool;
  readonly #kernels = new KernelCache<Compiled>(({ kernel }) => {
    // what is not its own
    kernel.buffer = null;
    kernel.texture = null;
    kernel.mappedTextures = null;
    kernel.destroy();
  });
  /** The corners of the rectangle that is drawn, shared by all kernels. */
  readonly #corners: WebGLBuffer;
  readonly #reading: WebGLFramebuffer;

  constructor(gpu: GpuInstance, gl: WebGL2RenderingContext) {
    this.#gl = gl;
    this.#gpu = gpu;
    this.#pool = new TexturePool(gl, (texture) => this.#detach(texture));
    this.mostTargets = Number(gl.getParameter(gl.MAX_DRAW_BUFFERS));
    this.#corners = gl.createBuffer();
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#corners);
    gl.bufferData(gl.ARRAY_BUFFER, 64, gl.STATIC_DRAW);
    this.#reading = gl.createFramebuffer();
    this.info = { mode: 'webgl2', adapter: adapterOf(gl), kernelClass: this.#gpu.Kernel.name };
  }

  get mostTexels(): number {
    return this.#pool.mostTexels;
  }

  canTakeTurns(targets: number, turns: number, texels: number): boolean {
    return canCopyTurns(targets, turns, texels);
  }

  get isLost(): boolean {
    return this.#gl.isContextLost();
  }

  counts(): DeviceCounts {
    return { kernels: this.#kernels.size, ...this.#pool.counts };
  }

  upload(values: Float32Array): TexelTexture {
    this.#checkContext();
    const gl = this.#gl;
    const array = this.#pool.take(Math.ceil(values.length / 4));
    const rowLength = array.width * 4;
    const wholeRows = Math.floor(values.length / rowLength);
    gl.activeTexture(gl.TEXTURE15);
    gl.bindTexture(gl.TEXTURE_2D, array.texture);
    const put = (row: number, rows: number, part: Float32Array) => {
      if (rows > 0) gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, row, array.width, rows, gl.RGBA, gl.FLOAT, part);
    };
    put(0, wholeRows, unshared(values.subarray(0, wholeRows * rowLength)));
    if (wholeRows < array.height) {
      const last = new Float32Array(rowLength);
      last.set(values.subarray(wholeRows * rowLength));
      put(wholeRows, 1, last);
    }
    return array;
  }

  run(key: string, program: () => Program, arrays: readonly TexelTexture[], numbers: readonly number[]): TexelTexture {
    this.#checkContext();
    const compiled = this.#kernels.get(key, () => this.#prepare(program()));
    const { kernel } = compiled;
    const { inputs, constants, output, targets } = compiled.program;
    const texels = output[0] * output[1];
    const joined = targets > 1 ? this.#pool.take(texels * targets) : null;
    const outputs = Array.from({ length: targets }, () => this.#pool.take(texels, targetWidth(compiled.program)));
    try {
      const handles = outputs.map((array) => new Handle(this.#gl, array, output));
      kernel.texture = handles[0];
      kernel._textureSwitched = true;
      kernel.mappedTextures = targets > 1 ? handles.slice(1) : null;
      const args = [...arrays.map((array, i) => new Handle(this.#gl, array, inputs[i])), ...numbers, ...constants];
      if (compiled.built) this.#attach(kernel, outputs.slice(1));
      else kernel.build(...args);
      compiled.built = true;
      this.#gl.viewport(0, 0, outputs[0].width, outputs[0].height);
      kernel.run(...args);
      compiled.outputs = outputs;
    } catch (error) {
      for (const array of joined ? [joined, ...outputs] : outputs) this.#pool.giveBack(array);
      this.#kernels.drop(key);
      this.#checkContext();
      throw new BackendError(`gpu: the kernel ${key} could not be built: ${String(error)}`, { cause: error });
    } finally {
      kernel.texture = null;
      kernel.mappedTextures = null;
    }
    if (!joined) return outputs[0];
    this.#copyTargets(outputs, joined, compiled.program);
    return joined;
  }

  readSync(array: TexelTexture, length: number): Float32Array {
    this.#checkContext();
    const gl = this.#gl;
    const rows = Math.ceil(length / (array.width * 4));
    const values = new Float32Array(rows * array.width * 4);
    if (rows === 0) return values;
    this.#bindForReading(array);
    gl.readPixels(0, 0, array.width, rows, gl.RGBA, gl.FLOAT, values);
    this.#checkMemory();
    return values.length === length ? values : values.slice(0, length);
  }

  async read(array: TexelTexture, length: number): Promise<Float32Array> {
    this.#checkContext();
    const gl = this.#gl;
    const rows = Math.ceil(length / (array.width * 4));
    const values = new Float32Array(rows * array.width * 4);
    if (rows === 0) return values;
    this.#bindForReading(array);
    const buffer = gl.createBuffer();
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, buffer);
    gl.bufferData(gl.PIXEL_PACK_BUFFER, values.byteLength, gl.STREAM_READ);
    gl.readPixels(0, 0, array.width, rows, gl.RGBA, gl.FLOAT, 0);
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, null);
    try {
      await finished(gl);
      gl.bindBuffer(gl.PIXEL_PACK_BUFFER, buffer);
      gl.getBufferSubData(gl.PIXEL_PACK_BUFFER, 0, values);
      gl.bindBuffer(gl.PIXEL_PACK_BUFFER, null);
      this.#checkMemory();
    } finally {
      gl.deleteBuffer(buffer);
    }
    return values.length === length ? values : values.slice(0, length);
  }

  free(array: TexelTexture): void {
    this.#pool.giveBack(array);
  }

  #prepare(program: Program): Compiled {
    const { kernel } = this.#gpu.createKernel<WebGlKernel>(program.source, {
      ...kernelSettings(program, 'map'),
      argumentTypes: [
        ...program.inputs.map(() => 'ArrayTexture(4)'),
        ...Array.from({ length: program.numbers + program.constants.length }, () => 'Float'),
      ],
    });
    kernel.buffer = this.#corners;
    // the output's texture has the size that the pool gives it, not the columns and rows that the kernel sees
    kernel.checkTextureSize = () => undefined;
    const size = Int32Array.from(textureSize(program.output[0] * program.output[1], targetWidth(program)));
    const validate = kernel.validateSettings.bind(kernel);
    kernel.validateSettings = (args) => {
      validate(args);
      kernel.texSize = size;
      kernel.maxTexSize = size;
    };
    const shader = kernel.getFragmentShader.bind(kernel);
    kernel.getFragmentShader = (args) => glslModule(shader(args));
    kernel.drawBuffersMap = Array.from({ length: program.targets }, (_, i) => this.#gl.COLOR_ATTACHMENT0 + i);
    return { kernel, program, built: false, outputs: [] };
  }

  /** Makes a kernel draw to these textures besides its first. */
  #attach(kernel: WebGlKernelObject, targets: readonly TexelTexture[]): void {
    const gl = this.#gl;
    if (targets.length === 0) return;
    gl.bindFramebuffer(gl.FRAMEBUFFER, kernel.framebuffer);
    targets.forEach(({ texture }, i) => {
      gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0 + 1 + i, gl.TEXTURE_2D, texture, 0);
    });
  }

  /** Lets no framebuffer keep a texture that is going to be deleted: it would live on there. */
  #detach(texture: WebGLTexture): void {
    const gl = this.#gl;
    const detach = (framebuffer: WebGLFramebuffer | null, place: number) => {
      gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
      gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0 + place, gl.TEXTURE_2D, null, 0);
    };
    detach(this.#reading, 0);
    for (const { kernel, outputs } of this.#kernels.values()) {
      outputs.forEach((output, place) => {
        if (output.texture === texture) detach(kernel.framebuffer, place);
      });
    }
  }

  /** Makes one array of the targets, which are given back. */
  #copyTargets(targets: readonly TexelTexture[], to: TexelTexture, program: Program): void {
    targets.forEach((target, t) => {
      this.#bindForReading(target);
      copyTarget(this.#gl, target, to, t, program);
      this.#pool.giveBack(target);
    });
  }

  #bindForReading(array: TexelTexture): void {
    const gl = this.#gl;
    gl.bindFramebuffer(gl.FRAMEBUFFER, this.#reading);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, array.texture, 0);
  }

  /** Asked only where values are read: to answer it the device has to have done everything else. */
  #checkMemory(): void {
    this.#checkContext();
    const gl = this.#gl;
    const errors = new Set<number>();
    for (let error = gl.getError(); error !== gl.NO_ERROR && !errors.has(error); error = gl.getError())
      errors.add(error);
    if (errors.has(gl.OUT_OF_MEMORY)) throw new BackendError(`gpu: ${OUT_OF_MEMORY}`);
  }

  #checkContext(): void {
    if (this.#gl.isContextLost()) throw contextLost();
  }
}

function adapterOf(gl: WebGL2RenderingContext): string {
  const names = gl.getExtension('WEBGL_debug_renderer_info');
  return String(gl.getParameter(names ? names.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
}
