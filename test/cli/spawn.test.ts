// The program itself, as users start it. Needs `npm run build`; skips without.

import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { namesIn, workplace } from './harness.js';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const options = existsSync(main) ? {} : { skip: 'dist/ is not built' };

t.test('exit codes and streams', options, async (t) => {
  const cwd = await workplace(t);
  const start = (...argv: string[]) => spawnSync(process.execPath, [main, ...argv], { cwd, encoding: 'utf8' });
  const fine = start('explain', 'picture.png', '--weights', 'weights.safetensors', '--json');
  t.equal(fine.status, 0, fine.stderr);
  t.match(JSON.parse(fine.stdout), { model: { name: 'vgg' } });
  t.equal(fine.stderr, '');
  t.equal(namesIn(cwd, 'out').length, 9);
  const bad = start('explain', 'absent.png');
  t.equal(bad.status, 2);
  t.equal(bad.stdout, '');
  t.match(bad.stderr, /^backlight: absent\.png: there is no such file[^\n]*\n$/);
});

t.test(
  'a reader that stops reading',
  { ...options, ...(process.platform === 'win32' ? { skip: 'no sh' } : {}) },
  async (t) => {
    const cwd = await workplace(t);
    const command = `"${process.execPath}" "${main}" layers --model vgg19_bn --json; echo "exit code $?" >&2`;
    const { stderr } = spawnSync('sh', ['-c', `{ ${command}; } | true`], { cwd, encoding: 'utf8' });
    t.equal(stderr, 'exit code 0\n');
  },
);

t.test(
  'standard output that cannot be written',
  { ...options, ...(existsSync('/dev/full') ? {} : { skip: 'no /dev/full' }) },
  async (t) => {
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(process.execPath, [main, 'methods'], {
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
    });
    closeSync(full);
    t.equal(status, 2);
    t.equal(stderr, 'backlight: standard output: no space is left on the device\n');
  },
);
