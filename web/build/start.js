/** `npm run web`: installs what the page is built with, builds it, serves it on this machine and says where. */
import { fileURLToPath } from 'node:url';
import { installPage } from './install.js';

installPage();
const { build, preview } = await import('vite');
const root = fileURLToPath(new URL('..', import.meta.url));
await build({ root, logLevel: 'warn' });
const server = await preview({ root, logLevel: 'error' });
const { port } = server.httpServer.address();
console.log(`Backlight is at http://127.0.0.1:${port}/ (end with Ctrl+C)`);
