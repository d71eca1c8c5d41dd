/** The values, copied where they lie in shared memory: WebGL and WebGPU refuse views of it. */
export function unshared(values: Float32Array): Float32Array {
  return typeof SharedArrayBuffer !== 'undefined' && values.buffer instanceof SharedArrayBuffer
    ? Float32Array.from(values)
    : values;
}
