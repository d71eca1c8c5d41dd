import * as ort from 'onnxruntime-node';
import { report, smallConvInput } from '../../lib/small-conv.js';

const session = await ort.InferenceSession.create(process.argv[2]);
const { output } = await session.run({ input: new ort.Tensor('float32', smallConvInput(), [1, 3, 32, 32]) });
report(output.data);
