/**
 * Registers TensorFlow.js's gradients. Its core as built for Node leaves them out; they come with the package
 * `@tensorflow/tfjs`, which would bring 300 MB of other things, or as modules of its core, which Node can load once it
 * is told that they are modules.
 */
import { register } from 'node:module';

register('./tfjs-loader.js', import.meta.url);
await import('@tensorflow/tfjs-core/dist/register_all_gradients.js');
