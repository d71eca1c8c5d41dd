/** TensorFlow.js in plain JavaScript. */
import '@tensorflow/tfjs-backend-cpu';
import { createTask } from './tfjs.js';

export const create = (job, file) => createTask('cpu', job, file);
