/**
 * How the page is built and served. The library is taken from the repository's sources, the weights and examples by URL.
 */
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { offline } from './build/offline.js';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const keepClassNames = { compress: true, codegen: true, mangle: { keepNames: { class: true, function: false } } };

/** With these the engine runs on all cores; without them on one. */
export const isolated = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export default defineConfig({
  root: here('.'),
  base: './',
  resolve: {
    alias: [
      { find: /^backlight$/, replacement: here('../src/index.ts') },
      { find: /^backlight\/(.*)$/, replacement: here('../src/$1') },
      // its whole browser file, whose names a bundler cannot see, is what the library expects
      { find: /^gpu\.js$/, replacement: here('../node_modules/gpu.js/dist/gpu-browser.min.js') },
      { find: /^pngjs$/, replacement: here('../node_modules/pngjs/browser.js') },
    ],
  },
  assetsInclude: ['**/*.safetensors'],
  // the names of modules are shown: Conv2d, ReLU
  worker: { format: 'es', rolldownOptions: { output: { minify: keepClassNames } } },
  // a server that compresses does not say how long a file is
  define: { WEIGHT_BYTES: statSync(here('../weights/vgg-cifar10.safetensors')).size },
  plugins: [offline()],
  build: { target: 'es2022', assetsInlineLimit: 0, chunkSizeWarningLimit: 800, modulePreload: { polyfill: false } },
  server: { headers: isolated, fs: { allow: ['..'] } },
  preview: { headers: isolated, host: '127.0.0.1' },
});
