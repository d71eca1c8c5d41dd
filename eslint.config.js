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

export default [
  {
    ignores: [
      'dist',
      'out',
      '.tap',
      'node_modules',
      '**/node_modules',
      'src/backends/wasm/kernels',
      'src/backends/wasm/generated',
    ],
  },
  js.configs.recommended,
  ...ts.configs.strict,
  ...ts.configs.stylistic,
  prettier,
  { files: ['**/*.js'], languageOptions: { globals: nodeGlobals } },
  {
    files: ['**/*.ts'],
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreUsingDeclarations: true }],
      '@typescript-eslint/prefer-for-of': 'off',
    },
  },
];
