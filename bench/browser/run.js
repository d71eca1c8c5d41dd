/** `npm run bench:browser`: builds and installs what is not there yet, then measures in a browser. */
import { prepare } from '../lib/prepare.js';

prepare();
await import('./cli.js');
