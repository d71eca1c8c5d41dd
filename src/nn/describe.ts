/** A module as text, the way PyTorch prints it. */
import type { AnyModule } from './module.js';

export function describeModule(module: AnyModule): string {
  const name = module.constructor.name;
  const extra = module.extraRepr();
  const children = module.namedChildren();
  if (children.length === 0) return `${name}(${extra})`;
  const lines = children.map(([key, child]) => `(${key}): ${String(child)}`.replaceAll('\n', '\n  '));
  return `${name}(\n${[...(extra ? [extra] : []), ...lines].map((line) => `  ${line}`).join('\n')}\n)`;
}
