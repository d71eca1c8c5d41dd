/**
 * PyTorch's rules for hooks, on plain numbers: what order they run in, what they see, and what their results replace.
 *
 * It knows nothing of the engine that it is compared with, and was itself compared with PyTorch 2.13 on thousands of
 * random programs. They agree but for one thing: PyTorch 2.13 still fires a forward or tensor hook that an earlier one
 * of the same round has removed.
 */
import type { HookKind, HookOptions, Hooks, Machine, Output } from './hook-machine.js';

type Grads = (number | null)[];
interface Edge {
  readonly node: Node;
  readonly slot: number;
}

/** A step of the graph. Of those that are ready, the one made last runs first; accumulation (Infinity) at once. */
class Node {
  static made = 0;
  readonly tensorHooks: List<(grad: Value) => Value | undefined>[] = [];
  constructor(
    readonly edges: readonly (Edge | null)[],
    readonly run: (grads: Grads) => Grads,
    readonly outputs = 1,
    readonly order = Node.made++,
  ) {}
}

class Value {
  grad: number | null = null;
  readonly postHooks = new List<(leaf: Value) => void>();
  constructor(
    readonly value: number,
    readonly edge: Edge | null,
  ) {}
}

/** Hooks of one kind. A round skips what is removed on the way and leaves what is added to the next round. */
class List<H> {
  entries: { readonly hook: H; readonly alwaysCall: boolean }[] = [];
  add(hook: H, { prepend, alwaysCall }: HookOptions = { prepend: false, alwaysCall: false }): () => void {
    const entry = { hook, alwaysCall };
    this.entries = prepend ? [entry, ...this.entries] : [...this.entries, entry];
    return () => void (this.entries = this.entries.filter((other) => other !== entry));
  }
  static *round<H>(...lists: List<H>[]) {
    const now = lists.flatMap((list) => list.entries.map((entry) => ({ list, entry })));
    for (const { list, entry } of now) if (list.entries.includes(entry)) yield entry;
  }
}

class Mod {
  readonly hooks = lists();
  constructor(readonly forward: (...input: Value[]) => Output<Value>) {}
}
type Lists = { readonly [K in HookKind]: List<Hooks<Mod, Value>[K]> };
const lists = (): Lists => ({
  forwardPre: new List(),
  forward: new List(),
  backwardPre: new List(),
  backward: new List(),
});

export function hookModel(): Machine<Mod, Value> {
  const all = lists();
  let recording = true;

  function op(value: number, inputs: readonly Value[], gradients: (grad: number) => number[]): Value {
    if (!recording || !inputs.some((input) => input.edge)) return new Value(value, null);
    const run = ([grad]: Grads): Grads => (grad === null ? inputs.map(() => null) : gradients(grad));
    return new Value(value, {
      node: new Node(
        inputs.map((input) => input.edge),
        run,
      ),
      slot: 0,
    });
  }

  /** An identity for values of which one requires a gradient; null if none does. */
  function tap(values: readonly Value[], run: (grads: Grads) => Grads): Value[] | null {
    if (!recording || !values.some((value) => value.edge)) return null;
    const node = new Node(
      values.map((value) => value.edge),
      run,
      values.length,
    );
    return values.map((value, slot) => (value.edge ? new Value(value.value, { node, slot }) : value));
  }

  const wrap = (grads: Grads) => grads.map((grad) => (grad === null ? null : new Value(grad, null)));
  const unwrap = (values: (Value | null)[]): Grads => values.map((value) => value?.value ?? null);

  function call(module: Mod, ...input: Value[]): Output<Value> {
    let args = input;
    let output: Output<Value> | null = null;
    const done = new Set<object>();
    const { hooks } = module;
    try {
      const pre = [...all.backwardPre.entries, ...hooks.backwardPre.entries];
      const post = [...all.backward.entries, ...hooks.backward.entries];
      for (const { hook } of List.round(all.forwardPre, hooks.forwardPre)) args = hook(module, args) ?? args;

      let gradOutput: Grads | null = null;
      const show = (gradInput: Grads, seen: Grads): Grads =>
        post.reduce((now, { hook }) => unwrapOr(hook(module, wrap(now), wrap(seen)), now), gradInput);
      const hooked = pre.length + post.length > 0;
      const tapped = hooked
        ? tap(args, (grads) => {
            // what did not get a gradient gets zeros
            const gradInput = grads.map((grad) => grad ?? 0);
            if (!gradOutput) return gradInput;
            const shown = show(gradInput, gradOutput);
            gradOutput = null;
            return shown;
          })
        : null;
      args = tapped ?? args;

      output = module.forward(...args);
      for (const entry of List.round(all.forward, hooks.forward)) {
        done.add(entry);
        output = entry.hook(module, args, output) ?? output;
      }
      if (!hooked) return output;

      const single = !Array.isArray(output);
      const outputs: Value[] = Array.isArray(output) ? output : [output];
      const result = tap(outputs, (grads) => {
        gradOutput = pre.reduce((now, { hook }) => unwrapOr(hook(module, wrap(now)), now), grads);
        const flowsOn = gradOutput;
        if (!tapped)
          show(
            args.map(() => null),
            flowsOn,
          );
        return flowsOn;
      });
      if (!result) return output;
      return single ? result[0] : [result[0], result[1]];
    } catch (error) {
      for (const entry of List.round(all.forward, hooks.forward)) {
        if (!entry.alwaysCall || done.has(entry)) continue;
        try {
          output = entry.hook(module, args, output) ?? output;
        } catch {
          // the first error is the one that counts
        }
      }
      throw error;
    }
  }
  const unwrapOr = (values: (Value | null)[] | undefined, otherwise: Grads) => (values ? unwrap(values) : otherwise);

  /** Runs the graph from `root`; with `target`, only what leads there, whose gradient is returned. */
  function propagate(root: Edge, target: Edge | null): number | null {
    const leads = new Map<Node, boolean>();
    const waiting = new Map<Node, number>();
    const visit = (node: Node): boolean => {
      const known = leads.get(node);
      if (known !== undefined) return known;
      leads.set(node, false);
      let found = target === null;
      for (const edge of node.edges) {
        if (!edge) continue;
        waiting.set(edge.node, (waiting.get(edge.node) ?? 0) + 1);
        const below = visit(edge.node);
        found ||= below || edge.node === target?.node;
      }
      leads.set(node, found);
      return found;
    };
    visit(root.node);

    const arrived = new Map<Node, Grads>([[root.node, Object.assign([], { [root.slot]: 1 })]]);
    const ready = [root.node];
    let captured: number | null = null;
    while (ready.length > 0) {
      const node = ready.reduce((a, b) => (b.order > a.order ? b : a));
      ready.splice(ready.indexOf(node), 1);
      const grads = Array.from({ length: node.outputs }, (_, slot) => arrived.get(node)?.[slot] ?? null);
      node.tensorHooks.forEach((list, slot) => {
        for (const { hook } of List.round(list)) {
          const grad = grads[slot];
          if (grad !== null) grads[slot] = hook(new Value(grad, null))?.value ?? grad;
        }
      });
      if (node === target?.node) captured = grads[target.slot];
      if (!leads.get(node)) continue;
      const results = node.run(grads);
      node.edges.forEach((edge, i) => {
        if (!edge) return;
        const slots = arrived.get(edge.node) ?? [];
        arrived.set(edge.node, slots);
        const wanted = leads.get(edge.node) || edge.node === target?.node;
        const result = wanted ? results[i] : null;
        slots[edge.slot] = result === null ? (slots[edge.slot] ?? null) : (slots[edge.slot] ?? 0) + result;
        const left = (waiting.get(edge.node) ?? 0) - 1;
        waiting.set(edge.node, left);
        if (left === 0) ready.push(edge.node);
      });
    }
    return captured;
  }

  return {
    leaf: (value, requiresGrad) => {
      const accumulate = ([grad]: Grads): Grads => {
        if (grad === null) return [];
        leaf.grad = (leaf.grad ?? 0) + grad;
        for (const { hook } of List.round(leaf.postHooks)) hook(leaf);
        return [];
      };
      const leaf = new Value(value, requiresGrad ? { node: new Node([], accumulate, 1, Infinity), slot: 0 } : null);
      return leaf;
    },
    mul: (a, b) =>
      typeof b === 'number'
        ? op(a.value * b, [a], (grad) => [grad * b])
        : op(a.value * b.value, [a, b], (grad) => [grad * b.value, grad * a.value]),
    add: (a, b) => op(a.value + b.value, [a, b], (grad) => [grad, grad]),
    numberOf: (value) => value.value,
    requiresGrad: (value) => value.edge !== null,
    gradNow: (leaf) => leaf.grad,
    forgetGrad: (leaf) => void (leaf.grad = null),
    module: (_children, forward) => new Mod(forward),
    sequential: (children) => new Mod((x) => children.reduce<Value>((now, child) => call(child, now) as Value, x)),
    call,
    noGrad: (body) => {
      const before = recording;
      recording = false;
      try {
        return body();
      } finally {
        recording = before;
      }
    },
    backward: ({ edge }) => void (edge && propagate(edge, null)),
    grad: ({ edge }, input) => (edge && input.edge ? propagate(edge, input.edge) : null),
    on: {
      forwardPre: (module, hook, options) => (module?.hooks ?? all).forwardPre.add(hook, options),
      forward: (module, hook, options) => (module?.hooks ?? all).forward.add(hook, options),
      backwardPre: (module, hook, options) => (module?.hooks ?? all).backwardPre.add(hook, options),
      backward: (module, hook, options) => (module?.hooks ?? all).backward.add(hook, options),
    },
    tensorHook: ({ edge }, hook) => {
      if (!edge) throw new Error('no gradient comes here');
      return (edge.node.tensorHooks[edge.slot] ??= new List()).add(hook);
    },
    postAccumulate: (leaf, hook) => leaf.postHooks.add(hook),
  };
}
