/**
 * Counts what a page has on its GPU, and finds its contexts, by looking over the shoulder of the browser's own functions: so the tests of
 * memory know nothing of how the backend is made.
 */

/** WebGL contexts and WebGPU devices of the page, in the order in which they were made. */
export const contexts: WebGL2RenderingContext[] = [];
export const devices: Destroyable[] = [];

interface Destroyable {
  destroy(): void;
}

const alive = { textures: new Set<object>(), buffers: new Set<object>(), programs: new Set<object>() };

/** How many textures, buffers (of WebGPU) and programs (of WebGL) are alive. */
export function liveGpuObjects(): { readonly textures: number; readonly buffers: number; readonly programs: number } {
  const { textures, buffers, programs } = alive;
  return { textures: textures.size, buffers: buffers.size, programs: programs.size };
}

type Method = (this: object, ...args: unknown[]) => unknown;

/** Calls `seen` with the object, the result and the arguments of every call of a method. */
function watch(
  owner: object | undefined,
  method: string,
  seen: (self: object, result: unknown, args: unknown[]) => void,
): void {
  const original: unknown = owner && Reflect.get(owner, method);
  if (!owner || typeof original !== 'function') return;
  const watched: Method = function (...args) {
    const result: unknown = Reflect.apply(original, this, args);
    seen(this, result, args);
    return result;
  };
  Object.defineProperty(owner, method, { value: watched, configurable: true, writable: true });
}

const prototypeOf = (name: string): object | undefined => {
  const owner: unknown = Reflect.get(globalThis, name);
  return typeof owner === 'function' ? (owner.prototype as object) : undefined;
};

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Starts watching; to be called before the backend starts. */
export function watchGpu(): void {
  const made = (set: Set<object>) => (_self: object, result: unknown) => void (isObject(result) && set.add(result));
  const deleted =
    (set: Set<object>) =>
    (_self: object, _result: unknown, [it]: unknown[]) =>
      void (isObject(it) && set.delete(it));

  for (const canvas of ['HTMLCanvasElement', 'OffscreenCanvas']) {
    watch(prototypeOf(canvas), 'getContext', (_self, result) => {
      if (result instanceof WebGL2RenderingContext && !contexts.includes(result)) contexts.push(result);
    });
  }
  const webgl = prototypeOf('WebGL2RenderingContext');
  watch(webgl, 'createTexture', made(alive.textures));
  watch(webgl, 'deleteTexture', deleted(alive.textures));
  watch(webgl, 'createProgram', made(alive.programs));
  watch(webgl, 'deleteProgram', deleted(alive.programs));

  watch(prototypeOf('GPUAdapter'), 'requestDevice', (_self, result) => {
    void (result as Promise<Destroyable>).then((device) => devices.push(device));
  });
  watch(prototypeOf('GPUDevice'), 'createBuffer', made(alive.buffers));
  watch(prototypeOf('GPUBuffer'), 'destroy', (self) => void alive.buffers.delete(self));
}

/** Makes the browser say, once, that there was no room for what was asked for. */
export function pretendNoRoom(): void {
  const instead = (owner: object | undefined, method: string, result: unknown) => {
    const original = owner && Object.getOwnPropertyDescriptor(owner, method);
    if (!owner || !original) return;
    const once: Method = function (...args) {
      Object.defineProperty(owner, method, original);
      Reflect.apply(original.value as Method, this, args);
      return result;
    };
    Object.defineProperty(owner, method, { ...original, value: once });
  };
  instead(prototypeOf('WebGL2RenderingContext'), 'getError', WebGL2RenderingContext.OUT_OF_MEMORY);
  instead(prototypeOf('GPUDevice'), 'popErrorScope', Promise.resolve({ message: 'no room' }));
}
