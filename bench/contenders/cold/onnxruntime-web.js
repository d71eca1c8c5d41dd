import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-web';
import { report, smallConvInput } from '../../lib/small-conv.js';

ort.env.logLevel = 'error';
const session = await ort.InferenceSession.create(readFileSync(process.argv[2]), { executionProviders: ['wasm'] });
const { output } = await session.run({ input: new ort.Tensor('float32', smallConvInput(), [1, 3, 32, 32]) });
report(output.data);
