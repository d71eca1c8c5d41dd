import '@tensorflow/tfjs-backend-cpu';
import { firstResult } from './tfjs.js';

await firstResult('cpu');
