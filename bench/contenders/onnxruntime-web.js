/** ONNX Runtime, compiled to wasm. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import * as ort from 'onnxruntime-web';
import { sessionTask } from './onnxruntime.js';

export function create(job, file) {
  ort.env.wasm.numThreads = job.threads;
  ort.env.logLevel = 'error';
  return sessionTask(ort, job, file, () => {
    const weights = file.names.some((name) => name.endsWith('.weight'));
    return ort.InferenceSession.create(readFileSync(job.model), {
      executionProviders: ['wasm'],
      ...(weights ? { externalData: [{ path: basename(file.path), data: readFileSync(file.path) }] } : {}),
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
  });
}
