/** A file from the page's own origin, with progress while it comes. */
export interface Download {
  readonly received: number;
  readonly total: number;
}

/** @param total how long the file is */
export async function download(url: string, total: number, onProgress: (progress: Download) => void): Promise<Blob> {
  const response = await fetch(url);
  if (!response.ok || !response.body) {
    throw new Error(`${url}: expected the file, the server answered ${response.status}; load the page again`);
  }
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let received = 0;
  const reader = response.body.getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    parts.push(read.value);
    received += read.value.length;
    onProgress({ received, total });
  }
  return new Blob(parts);
}
