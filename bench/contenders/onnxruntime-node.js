/** ONNX Runtime, native. */
import * as ort from 'onnxruntime-node';
import { sessionTask } from './onnxruntime.js';

export const create = (job, file) =>
  sessionTask(ort, job, file, () => ort.InferenceSession.create(job.model, options(job)));

const options = ({ threads }) => ({
  executionProviders: ['cpu'],
  intraOpNumThreads: threads,
  interOpNumThreads: 1,
  // waiting threads sleep, so that they take nothing from who has its turn
  extra: { session: { intra_op: { allow_spinning: '0' } } },
});
