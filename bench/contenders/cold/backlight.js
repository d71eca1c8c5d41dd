import { conv2d, tensor } from '../../../dist/index.js';
import { report, smallConvInput, smallConvWeight } from '../../lib/small-conv.js';

const weight = tensor(smallConvWeight(), { shape: [8, 3, 3, 3] });
const input = tensor(smallConvInput(), { shape: [1, 3, 32, 32] });
report(conv2d(input, weight, null, { padding: 1 }).dataSync());
