/** Finds what JSON.parse hides: a key that occurs twice in one object (the last one would win). */

/** The index just behind the string literal that opens at `start`. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

/**
 * The first key that stands twice in the same object, or undefined. Iterative, so nesting cannot exhaust the stack.
 * @param text valid JSON: parse it first
 */
export function duplicateKey(text: string): string | undefined {
  const open: Set<string>[] = [];
  let literal: [start: number, end: number] = [0, 0];
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '"') {
      literal = [at, endOfString(text, at)];
      at = literal[1] - 1;
    } else if (char === '{') open.push(new Set());
    else if (char === '}') open.pop();
    else if (char === ':') {
      const key = String(JSON.parse(text.slice(...literal)));
      const keys = open[open.length - 1];
      if (keys.has(key)) return key;
      keys.add(key);
    }
  }
  return undefined;
}
