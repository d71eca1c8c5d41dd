/** What a room of src/ exports, found by reading the folder, so that nothing has to be listed. */
import { readdirSync } from 'node:fs';

/** Every function that the modules of `room` export, as [file, name, function]. */
export async function exportedFunctions(room: string): Promise<[string, string, unknown][]> {
  const folder = new URL(`../../src/${room}/`, import.meta.url);
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts'));
  const modules = await Promise.all(
    files.map(async (file): Promise<[string, Record<string, unknown>]> => [
      file,
      (await import(new URL(file.replace(/\.ts$/, '.js'), folder).href)) as Record<string, unknown>,
    ]),
  );
  return modules.flatMap(([file, exports]) =>
    Object.entries(exports)
      .filter(([, value]) => typeof value === 'function')
      .map(([name, value]): [string, string, unknown] => [file, name, value]),
  );
}
