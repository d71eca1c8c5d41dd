/**
 * Random programs with hooks: a network of small modules (nested, shared, with several inputs and outputs), then steps
 * that register hooks, remove them, run forward and run backward. `hook-play.ts` runs them.
 */
import fc from 'fast-check';
import type { HookKind } from './hook-machine.js';

/** A module; children are modules before it in the list. */
export type Part =
  /** x -> x w */
  | { readonly kind: 'scale'; readonly w: number; readonly frozen: boolean }
  /** x -> x */
  | { readonly kind: 'identity' }
  | { readonly kind: 'sequential'; readonly parts: readonly number[] }
  /** x -> body(x) + x */
  | { readonly kind: 'residual'; readonly parts: readonly number[] }
  /** (a, b) -> a w + b */
  | { readonly kind: 'mix'; readonly w: number; readonly frozen: boolean }
  /** (a, b) -> 2 a */
  | { readonly kind: 'first' }
  /** x -> [x w, 3 x] */
  | { readonly kind: 'split'; readonly w: number; readonly frozen: boolean }
  /** x -> join(left(x), right(x)) */
  | { readonly kind: 'fork'; readonly parts: readonly number[] }
  /** x -> the first of split(x), or both added */
  | { readonly kind: 'pick'; readonly both: boolean; readonly parts: readonly number[] };

/** What a hook does besides writing down what it saw. */
export type Action =
  | 'nothing'
  /** Doubles (or trebles) what it may replace. */
  | 'replace'
  | 'throw'
  | 'removeItself'
  /** Removes some hook. */
  | 'removeAnother'
  /** Registers another hook of its kind on the module that is running, the first time. */
  | 'add'
  /** A forward hook: registers a hook on the output tensor. */
  | 'watch';

export interface HookStep {
  readonly step: 'hook';
  /** 'tensor' and 'post' are hooks on a leaf. */
  readonly kind: HookKind | 'tensor' | 'post';
  /** Which module (or leaf), counted around; -1: all modules. */
  readonly on: number;
  readonly prepend: boolean;
  readonly alwaysCall: boolean;
  readonly action: Action;
  readonly another: number;
}

export type Step =
  | HookStep
  | { readonly step: 'remove'; readonly which: number }
  /** `throwAt`: the module whose forward throws, counted around; -1: none. */
  | { readonly step: 'forward'; readonly needsGrad: boolean; readonly noGrad: boolean; readonly throwAt: number }
  | { readonly step: 'backward'; readonly how: 'once' | 'twice' | 'gradOfInput' | 'gradOfWeight' };

export interface Program {
  readonly parts: readonly Part[];
  readonly steps: readonly Step[];
}

const single = ['scale', 'identity', 'sequential', 'residual', 'fork', 'pick'];

/** Calls of modules in one run of a program's network are kept to about this many. */
const MAX_CALLS = 40;

const rawPart = fc.record({
  kind: fc.constantFrom(
    ...(['scale', 'scale', 'identity', 'sequential', 'sequential', 'residual'] as const),
    ...(['mix', 'first', 'split', 'fork', 'fork', 'pick'] as const),
  ),
  w: fc.integer({ min: 1, max: 3 }),
  flag: fc.boolean(),
  picks: fc.array(fc.nat(20), { minLength: 3, maxLength: 3 }),
  length: fc.nat(3),
});
type RawPart = typeof rawPart extends fc.Arbitrary<infer T> ? T : never;

/** Resolves the children of each module; one that cannot have them becomes a scale. The last module is the network: all
 * that are in no other, one after the other. */
function resolve(raw: readonly RawPart[]): Part[] {
  const parts: Part[] = [];
  const calls: number[] = [];
  const choose = (kinds: readonly string[], pick: number): number[] => {
    const found = parts.flatMap((part, i) => (kinds.includes(part.kind) ? [i] : []));
    return found.length > 0 ? [found[found.length - 1 - (pick % found.length)]] : [];
  };
  for (const { kind, w, flag, picks, length } of raw) {
    let part: Part;
    const body = choose(single, picks[0]);
    if (kind === 'sequential') part = { kind, parts: picks.slice(0, length).flatMap((pick) => choose(single, pick)) };
    else if (kind === 'residual') part = { kind, parts: body };
    else if (kind === 'fork') {
      part = { kind, parts: [...body, ...choose(single, picks[1]), ...choose(['mix', 'first'], picks[2])] };
    } else if (kind === 'pick') part = { kind, both: flag, parts: choose(['split'], picks[0]) };
    else if (kind === 'identity' || kind === 'first') part = { kind };
    else part = { kind, w, frozen: flag };
    const children = 'parts' in part ? part.parts : [];
    const needed = { fork: 3, residual: 1, pick: 1 }[part.kind as string] ?? 0;
    let total = 1 + children.reduce((sum, child) => sum + calls[child], 0);
    if (children.length < needed || total > MAX_CALLS) [part, total] = [{ kind: 'scale', w, frozen: flag }, 1];
    parts.push(part);
    calls.push(total);
  }
  const used = new Set(parts.flatMap((part) => ('parts' in part ? part.parts : [])));
  const chain: number[] = [];
  for (const [i, part] of parts.entries()) {
    const total = chain.reduce((sum, j) => sum + calls[j], calls[i]);
    if (single.includes(part.kind) && !used.has(i) && total <= MAX_CALLS) chain.push(i);
  }
  parts.push({ kind: 'sequential', parts: chain });
  return parts;
}

/** The modules that the network consists of. */
export function reachable(parts: readonly Part[]): Set<number> {
  const found = new Set([parts.length - 1]);
  for (const i of found) {
    const part = parts[i];
    if ('parts' in part) part.parts.forEach((child) => found.add(child));
  }
  return found;
}

const hookStep: fc.Arbitrary<Step> = fc.record({
  step: fc.constant('hook' as const),
  kind: fc.constantFrom(
    ...(['forwardPre', 'forward', 'forward', 'backwardPre', 'backward', 'backward', 'tensor', 'post'] as const),
  ),
  on: fc.integer({ min: -1, max: 12 }),
  prepend: fc.boolean(),
  alwaysCall: fc.boolean(),
  action: fc.oneof(
    { weight: 4, arbitrary: fc.constant('nothing' as const) },
    { weight: 2, arbitrary: fc.constant('replace' as const) },
    {
      weight: 2,
      arbitrary: fc.constantFrom('throw', 'removeItself', 'removeAnother', 'add', 'watch' as const),
    },
  ),
  another: fc.nat(8),
});
const otherStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ step: fc.constant('remove' as const), which: fc.nat(8) }),
  fc.record({
    step: fc.constant('forward' as const),
    needsGrad: fc.oneof(fc.constant(true), fc.boolean()),
    noGrad: fc.integer({ min: 0, max: 7 }).map((n) => n === 7),
    throwAt: fc.oneof({ weight: 4, arbitrary: fc.constant(-1) }, { weight: 1, arbitrary: fc.nat(8) }),
  }),
  fc.record({
    step: fc.constant('backward' as const),
    how: fc.constantFrom('once', 'once', 'twice', 'gradOfInput', 'gradOfWeight' as const),
  }),
);

/** Programs that end with a plain pass, so that every network runs whole at least once. */
export const programs: fc.Arbitrary<Program> = fc
  .record({
    raw: fc.array(rawPart, { minLength: 1, maxLength: 8, size: 'max' }),
    steps: fc.array(fc.oneof({ weight: 3, arbitrary: hookStep }, { weight: 2, arbitrary: otherStep }), {
      maxLength: 24,
      size: 'max',
    }),
  })
  .map(({ raw, steps }) => ({
    parts: resolve(raw),
    steps: [
      ...steps,
      { step: 'forward', needsGrad: true, noGrad: false, throwAt: -1 },
      { step: 'backward', how: 'once' },
    ],
  }));
