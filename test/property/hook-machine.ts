/**
 * What a random program with hooks needs of an engine: numbers that remember where they come from, modules, hooks, and
 * backward. `hook-model.ts` and `hook-engine.ts` are the two that are compared.
 */
export type HookKind = 'forwardPre' | 'forward' | 'backwardPre' | 'backward';

export interface HookOptions {
  readonly prepend: boolean;
  readonly alwaysCall: boolean;
}

/** What a module returns: one value, or two. */
export type Output<V> = V | [V, V];

/** The signatures of the hooks of modules; what is returned replaces `args`, `output`, `gradOutput` and `gradInput`. */
export interface Hooks<M, V> {
  forwardPre(module: M, args: V[]): V[] | undefined;
  forward(module: M, args: V[], output: Output<V> | null): Output<V> | undefined;
  backwardPre(module: M, gradOutput: (V | null)[]): (V | null)[] | undefined;
  backward(module: M, gradInput: (V | null)[], gradOutput: (V | null)[]): (V | null)[] | undefined;
}

/** @template M a module @template V a number */
export interface Machine<M, V> {
  leaf(value: number, requiresGrad: boolean): V;
  mul(a: V, b: V | number): V;
  add(a: V, b: V): V;
  numberOf(value: V): number;
  requiresGrad(value: V): boolean;
  /** The gradient that has accumulated at a leaf. */
  gradNow(leaf: V): number | null;
  forgetGrad(leaf: V): void;
  module(children: readonly M[], forward: (...input: V[]) => Output<V>): M;
  sequential(children: readonly M[]): M;
  call(module: M, ...input: V[]): Output<V>;
  noGrad<T>(body: () => T): T;
  backward(output: V, retainGraph: boolean): void;
  grad(output: V, input: V): number | null;
  /** Registers a hook on a module, or for null on all; returns what removes it. */
  readonly on: {
    readonly [K in HookKind]: (module: M | null, hook: Hooks<M, V>[K], options: HookOptions) => () => void;
  };
  tensorHook(value: V, hook: (grad: V) => V | undefined): () => void;
  postAccumulate(leaf: V, hook: (leaf: V) => void): () => void;
}
