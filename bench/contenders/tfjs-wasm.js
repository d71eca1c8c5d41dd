/** TensorFlow.js with its wasm backend; in Node it has SIMD, but no threads. */
import { dirname, sep } from 'node:path';
import { createRequire } from 'node:module';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { createTask } from './tfjs.js';

setWasmPaths(dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm')) + sep);

export const create = (job, file) => createTask('wasm', job, file);
