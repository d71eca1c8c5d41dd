/** The command line's maps for the same picture, class, layer and methods. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readNpy } from '../../dist/index.js';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

/**
 * @param classes as `--class` takes it
 * @param weights a weight file; default: the shipped one
 * @param size as `--size` takes it; default: the surest
 * @returns the report, and by method the values before scaling
 */
export async function explainWithCli(picture, { classes, layer, methods, weights = null, size = null }) {
  const folder = await mkdtemp(join(tmpdir(), 'backlight-web-'));
  try {
    const options = ['--class', classes, '--layer', layer, '--out', folder, '--dump', folder, '--json'];
    const chosen = methods.flatMap((method) => ['--method', method]);
    if (weights !== null) chosen.push('--weights', weights);
    if (size !== null) chosen.push('--size', size);
    const { stdout } = await run(process.execPath, ['dist/cli/main.js', 'explain', picture, ...options, ...chosen], {
      cwd: root,
    });
    const report = JSON.parse(stdout);
    const raw = new Map();
    for (const { method, files } of report.pictures[0].explanations) {
      raw.set(method, readNpy(new Uint8Array(await readFile(files.raw))));
    }
    return { report, raw };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
