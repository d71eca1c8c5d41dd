/** Serves the page, its programs and its numbers on this machine, isolated from other origins so that wasm has threads. */
import { createReadStream, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { finished } from 'node:stream/promises';

const HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cache-Control': 'no-store',
};
const HTML = '<!doctype html><meta charset="utf-8"><title>bench</title><script type="module" src="/main.js"></script>';

const wasmFolder = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'));
const wasmFiles = readdirSync(wasmFolder).filter((name) => name.endsWith('.wasm'));

/**
 * @param {ReadonlyMap<string, Uint8Array>} programs
 * @param {import('../lib/data.js').Data} data
 * @returns {Promise<{ url: string, close: () => void }>}
 */
export async function serve(programs, data) {
  const send = (response, type, body) => {
    response.writeHead(200, { ...HEADERS, 'Content-Type': type });
    response.end(body);
  };
  async function sendFile(response, type, path) {
    response.writeHead(200, { ...HEADERS, 'Content-Type': type });
    // a page that is gone does not matter
    await finished(createReadStream(path).pipe(response)).catch(() => undefined);
  }
  async function answer({ url }, response) {
    const { pathname } = new URL(url, 'http://localhost');
    const [, folder, name] = /^\/(?:(data|wasm)\/)?(.*)$/.exec(pathname);
    if (folder === 'data') return sendFile(response, 'application/octet-stream', data.tensors(name));
    if (folder === 'wasm' && wasmFiles.includes(name)) {
      return sendFile(response, 'application/wasm', join(wasmFolder, name));
    }
    if (name === '') return send(response, 'text/html', HTML);
    if (programs.has(name)) return send(response, 'text/javascript', programs.get(name));
    response.writeHead(404, HEADERS).end();
  }
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => {
      if (!response.headersSent) response.writeHead(500, HEADERS);
      response.end(error.message);
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}
