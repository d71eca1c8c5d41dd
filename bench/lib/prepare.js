/** Before a bench: builds dist/ if it is older than the sources, and installs this package's dependencies if they are not there. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const here = fileURLToPath(new URL('..', import.meta.url));

/** Runs npm with its output shown. */
function npm(what, args, cwd) {
  console.error(`bench: ${what}`);
  const { status, error } = spawnSync('npm', args, {
    cwd,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status === 0) return;
  console.error(`bench: npm ${args.join(' ')} failed${error ? `: ${error.message}` : ''}`);
  process.exit(status || 1);
}

/** The time of the newest file of a folder. */
function newest(folder) {
  return Math.max(
    ...readdirSync(folder, { withFileTypes: true }).map((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? newest(path) : statSync(path).mtimeMs;
    }),
  );
}

function isBuilt() {
  const built = join(root, 'dist/index.js');
  // a packed copy has no sources to be newer
  if (!existsSync(join(root, 'src'))) return true;
  return existsSync(built) && statSync(built).mtimeMs >= newest(join(root, 'src'));
}

function isInstalled() {
  const { dependencies } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8'));
  return Object.entries(dependencies).every(([name, version]) => {
    const manifest = join(here, 'node_modules', name, 'package.json');
    return existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).version === version;
  });
}

/** Loads nothing from this package's dependencies, which may not be there yet. */
export function prepare() {
  if (!process.argv.includes('--no-build') && !isBuilt()) npm('building dist/', ['run', 'build'], root);
  if (!isInstalled()) npm('installing the contenders', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], here);
}
