import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import ts from 'typescript-eslint';

const nodeGlobals = {
  console: 'readonly',
  process: 'readonly',
  performance: 'readonly',
  URL: 'readonly',
  Buffer: 'readonly',
};

/** What tests of the page say of it runs in the page. */
const pageGlobals = Object.fromEntries(
  [
    'window',
    'document',
    'navigator',
    'location',
    'innerWidth',
    'crossOriginIsolated',
    'atob',
    'ClipboardEvent',
    'DataTransfer',
    'File',
    'AbortSignal',
  ].map((name) => [name, 'readonly']),
);

export default [
  {
    ignores: [
      'dist',
      'out',
      '.tap',
      'node_modules',
      '**/node_modules',
      'web/dist',
      'web/out',
      'src/backends/wasm/kernels',
      'src/backends/wasm/generated',
    ],
  },
  js.configs.recommended,
  ...ts.configs.strict,
  ...ts.configs.stylistic,
  prettier,
  { files: ['**/*.js'], languageOptions: { globals: nodeGlobals } },
  { files: ['web/test/**/*.js'], languageOptions: { globals: pageGlobals } },
  {
    files: ['**/*.ts'],
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreUsingDeclarations: true }],
      '@typescript-eslint/prefer-for-of': 'off',
    },
  },
];
