/** A server on this machine for the pages, with the headers that each kind of page is to have, and for what they load. */
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.safetensors': 'application/octet-stream',
};

const ISOLATED = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};
/** The kinds of pages: a policy without `blob:` forbids workers that are made of a text. */
const PAGES = {
  '/plain': {},
  '/isolated': ISOLATED,
  '/strict': { ...ISOLATED, 'Content-Security-Policy': "default-src 'self' 'wasm-unsafe-eval'; worker-src 'self'" },
};
const PAGE =
  '<!doctype html><meta charset="utf-8"><title>Backlight</title><script type="module" src="/tests/page.js"></script>';

/** The bytes of a file of a folder; null where there is none, and outside of the folder. */
async function fileIn(folder, path) {
  const file = normalize(join(folder, path));
  if (!file.startsWith(folder + sep)) return null;
  return readFile(file).catch(() => null);
}

/**
 * @param folders what is served, by the first part of its address: a folder, or a map from names to bytes
 * @returns the origin, and how to stop
 */
export async function serve(folders) {
  const answer = async (url) => {
    const path = decodeURIComponent(url.pathname);
    if (path === '/empty') return { headers: {}, type: '.html', body: '<!doctype html>' };
    if (path in PAGES) return { headers: PAGES[path], type: '.html', body: PAGE };
    const [, top, ...rest] = path.split('/');
    const source = Object.hasOwn(folders, top) ? folders[top] : null;
    const name = rest.join('/');
    const body = source instanceof Map ? source.get(name) : source && (await fileIn(source, name));
    // a worker of an isolated page must be isolated itself
    return body ? { headers: ISOLATED, type: extname(path), body } : null;
  };
  const server = createServer((request, response) => {
    answer(new URL(request.url, 'http://localhost')).then(
      (found) => {
        if (!found) return response.writeHead(request.url === '/favicon.ico' ? 204 : 404).end();
        const { headers, type, body } = found;
        response.writeHead(200, {
          'Content-Type': TYPES[type] ?? 'application/octet-stream',
          'Cache-Control': 'no-store',
          ...headers,
        });
        response.end(body);
      },
      (error) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
