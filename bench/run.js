/** `npm run bench`: builds and installs what is not there yet, then measures. */
import { prepare } from './lib/prepare.js';

prepare();
await import('./cli.js');
