/**
 * The learner's hooks run in this worker, and what they see stays on this device: the worker has no way to send it. The engine needs
 * none, its files and pictures are handed to it.
 */
const ways = [
  'fetch',
  'XMLHttpRequest',
  'WebSocket',
  'WebSocketStream',
  'WebTransport',
  'EventSource',
  'importScripts',
];

for (const name of ways) Object.defineProperty(globalThis, name, { value: undefined });
