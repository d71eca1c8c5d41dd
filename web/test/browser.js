/** The built page, served twice: with cross-origin isolation and without; and Chromium to look at it. */
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { preview } from 'vite';
import { findChromium, howToInstall } from '../../test/browser/chromium.js';

export const web = fileURLToPath(new URL('..', import.meta.url));

/** @param isolated with the headers of vite.config.js, or with none */
export async function servePage(isolated) {
  const bare = { 'Cross-Origin-Opener-Policy': 'unsafe-none', 'Cross-Origin-Embedder-Policy': 'unsafe-none' };
  const server = await preview({
    root: web,
    logLevel: 'error',
    preview: { port: 0, strictPort: false, ...(isolated ? {} : { headers: bare }) },
  });
  /** What was sent: address and bytes. */
  const sent = [];
  server.httpServer.prependListener('request', (request, response) => {
    const one = { url: request.url, bytes: 0, response };
    sent.push(one);
    for (const name of ['write', 'end']) {
      const original = response[name];
      response[name] = (chunk, ...rest) => {
        if (typeof chunk === 'string' || chunk instanceof Uint8Array) one.bytes += Buffer.byteLength(chunk);
        return Reflect.apply(original, response, [chunk, ...rest]);
      };
    }
  });
  const { port } = server.httpServer.address();
  return { origin: `http://127.0.0.1:${port}`, sent, stop: () => server.close() };
}

export async function startChromium() {
  const executablePath = findChromium();
  if (!executablePath) {
    console.error(`test:web: ${howToInstall}`);
    process.exit(2);
  }
  return chromium.launch({
    executablePath,
    args: [
      '--use-angle=swiftshader',
      '--enable-unsafe-swiftshader',
      '--use-webgpu-adapter=swiftshader',
      '--enable-unsafe-webgpu',
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ],
    ignoreDefaultArgs: ['--disable-gpu'],
  });
}
