/** What test files use of Node's modules, for a page: reading a file that the server has, and waiting. */

/** Blocks until the file is there, as Node's does. */
export function readFileSync(url: URL): Uint8Array {
  const request = new XMLHttpRequest();
  request.open('GET', url, false);
  // bytes as characters: a synchronous request gives no buffer
  request.overrideMimeType('text/plain; charset=x-user-defined');
  request.send();
  if (request.status !== 200) throw new Error(`${String(url)}: expected a file, got status ${request.status}`);
  return Uint8Array.from(request.responseText, (character) => character.charCodeAt(0) & 0xff);
}

export async function setTimeout(milliseconds: number): Promise<void> {
  await new Promise((resolve) => globalThis.setTimeout(resolve, milliseconds));
}
