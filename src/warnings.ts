/** Warnings go to standard error (the browser's console), or wherever a program wants them. */
export type WarningHandler = (message: string) => void;

const toConsole: WarningHandler = (message) => console.warn(`backlight: ${message}`);
let handler = toConsole;

export function warn(message: string): void {
  handler(message);
}

/** Sends warnings to `next`; without an argument, back to the console. @returns the handler before */
export function setWarningHandler(next: WarningHandler = toConsole): WarningHandler {
  const before = handler;
  handler = next;
  return before;
}
