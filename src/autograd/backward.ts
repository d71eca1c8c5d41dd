/**
 * The backward engine: walks the graph from the outputs to the leaves and adds up gradients (reverse-mode
 * differentiation).
 *
 * A node runs when all gradients that flow into it have arrived. Of the nodes that are ready, the one made last runs
 * first, and accumulation at a leaf runs at once: PyTorch's order, which hooks make visible. Nothing here is recursive.
 */
import { AutogradError } from '../errors.js';
import type { GradEdge, GradNode } from '../tensor/grad-node.js';
import { formatShape, sameShape } from '../tensor/shape.js';
import { checkTensor, commonBackend, Tensor } from '../tensor/tensor.js';
import { accumulate, addGradients, ownHandle } from './accumulate.js';
import { GradientArena } from './gradient-arena.js';
import { withGradMode } from './grad-mode.js';
import { capturesByNode, countDependencies, leadsToWanted, nodesLeadingTo } from './graph-walk.js';
import { AccumulateGrad, gradEdge } from './node.js';
import { ReadyQueue } from './ready-queue.js';

export interface BackwardOptions {
  /** Keep what the graph saved, so that backward can run through it again. Default: the value of `createGraph`. */
  readonly retainGraph?: boolean;
  /** Record the backward pass itself, for second derivatives. Default: false. */
  readonly createGraph?: boolean;
}

/** Gradients that are asked for: where they arrive, and what to do with the one that arrives at edge i. */
interface Captures {
  readonly edges: readonly GradEdge[];
  readonly take: (i: number, gradient: Tensor) => void;
}

export interface GradOptions extends BackwardOptions {
  /** Give null for an input that the outputs do not depend on, instead of throwing. Default: that of materializeGrads. */
  readonly allowUnused?: boolean;
  /** Give zeros for such an input. Default: false. */
  readonly materializeGrads?: boolean;
}

/**
 * Accumulates into `.grad` of every leaf the gradient of sum(outputs[i] * gradOutputs[i]).
 *
 * @param gradOutputs one per output, of its shape; may be left out (or null) for outputs of one element, where it is 1
 * @param options.inputs only accumulate into these tensors
 */
export function backward(
  outputs: Tensor | readonly Tensor[],
  gradOutputs?: Tensor | null | readonly (Tensor | null)[],
  options: BackwardOptions & { readonly inputs?: readonly Tensor[] } = {},
): void {
  const { inputs } = options;
  if (!inputs) {
    run('backward', asList(outputs), asList(gradOutputs ?? null), options, null);
    return;
  }
  if (inputs.length === 0) {
    throw new AutogradError(
      'backward: expected at least one tensor in inputs, got none; leave inputs out for all leaves',
    );
  }
  run('backward', asList(outputs), asList(gradOutputs ?? null), options, {
    edges: inputs.map((input) => requireEdge(input, 'backward')),
    take: (i, gradient) => {
      const node = inputs[i].accumulator;
      if (node instanceof AccumulateGrad) accumulateAt(node, gradient);
      else accumulate(inputs[i], gradient);
    },
  });
}

/**
 * The gradients of sum(outputs[i] * gradOutputs[i]) with respect to `inputs`, returned instead of accumulated.
 *
 * @param gradOutputs as for {@link backward}
 * @throws AutogradError when an input requires no gradient, or was not used and options do not allow it
 */
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: readonly Tensor[],
  gradOutputs?: Tensor | null | readonly (Tensor | null)[],
  options?: GradOptions & ({ readonly allowUnused?: false } | { readonly materializeGrads: true }),
): Tensor[];
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: readonly Tensor[],
  gradOutputs: Tensor | null | undefined | readonly (Tensor | null)[],
  options: GradOptions & { readonly allowUnused: true },
): (Tensor | null)[];
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: readonly Tensor[],
  gradOutputs?: Tensor | null | readonly (Tensor | null)[],
  options: GradOptions = {},
): (Tensor | null)[] {
  const { materializeGrads = false, allowUnused = materializeGrads } = options;
  if (inputs.length === 0) throw new AutogradError('grad: expected at least one input, got none');
  if (materializeGrads && !allowUnused) {
    throw new AutogradError(
      'grad: expected allowUnused to be true or left out with { materializeGrads: true }, got false',
    );
  }
  const edges = inputs.map((input) => requireEdge(input, 'grad'));
  const found = edges.map((): Tensor | null => null);
  const take = (i: number, gradient: Tensor): void => void (found[i] = ownHandle(gradient));
  try {
    run('grad', asList(outputs), asList(gradOutputs ?? null), options, { edges, take });
    const unused = allowUnused ? -1 : found.indexOf(null);
    if (unused >= 0) {
      throw new AutogradError(
        `grad: expected outputs that depend on every input, got no gradient for input ${unused} ` +
          `(shape ${formatShape(inputs[unused].shape)}); give { allowUnused: true } to get null for it`,
      );
    }
  } catch (error) {
    for (const gradient of found) gradient?.dispose();
    throw error;
  }
  return materializeGrads ? found.map((gradient, i) => gradient ?? zerosFor(inputs[i])) : found;
}

/** Zeros in the shape of `tensor`. */
function zerosFor(tensor: Tensor): Tensor {
  return new Tensor(tensor.backend.full(tensor.numel(), 0), tensor.shape);
}

function run(
  caller: string,
  outputs: readonly Tensor[],
  gradOutputs: readonly (Tensor | null)[],
  options: BackwardOptions,
  captures: Captures | null,
): void {
  const createGraph = options.createGraph ?? false;
  const retainGraph = options.retainGraph ?? createGraph;
  if (gradOutputs.length !== outputs.length && gradOutputs.some((given) => given !== null)) {
    throw new AutogradError(
      `${caller}: expected one gradient for each of the ${outputs.length} outputs, got ${gradOutputs.length}`,
    );
  }
  const arena = new GradientArena();
  const roots = outputs.map((output, i) => {
    const edge = requireEdge(output, caller);
    const given = gradOutputs[i] ?? null;
    const grad = rootGradient(output, given, caller);
    if (given) arena.expose(given);
    return { edge, grad };
  });
  const wanted = captures && nodesLeadingTo(roots, captures.edges);
  withGradMode(createGraph, () => {
    try {
      propagate(roots, wanted, captures, retainGraph, arena);
    } finally {
      arena.close();
    }
  });
}

/** The main loop: dependency counts, a ready queue, one node after the other. */
function propagate(
  roots: readonly { edge: GradEdge; grad: Tensor }[],
  wanted: ReadonlySet<GradNode> | null,
  captures: Captures | null,
  retainGraph: boolean,
  arena: GradientArena,
): void {
  const waiting = countDependencies(roots.map((root) => root.edge.node));
  const arrived = new Map<GradNode, (Tensor | null)[]>();
  const ready = new ReadyQueue();
  const captured = capturesByNode(captures?.edges ?? []);
  const deliver = (edge: GradEdge, gradient: Tensor | null): void => {
    let slots = arrived.get(edge.node);
    if (!slots) arrived.set(edge.node, (slots = edge.node.outputShapes.map(() => null)));
    const before = slots[edge.index];
    if (!gradient) return;
    slots[edge.index] = before ? arena.replace(before, gradient, addGradients) : arena.hold(gradient);
  };

  for (const { edge, grad } of roots) deliver(edge, grad);
  for (const node of new Set(roots.map((root) => root.edge.node))) if (!waiting.get(node)) ready.push(node);

  for (let node = ready.pop(); node; node = ready.pop()) {
    const gradients = arrived.get(node) ?? node.outputShapes.map(() => null);
    arrived.delete(node);
    runHooks(node, gradients, arena);
    for (const { i, index } of captured.get(node) ?? []) {
      const gradient = gradients[index];
      if (gradient) captures?.take(i, gradient);
    }

    const runs = !wanted || wanted.has(node);
    if (node instanceof AccumulateGrad) {
      if (runs && gradients[0]) accumulateAt(node, gradients[0]);
    } else {
      const needed = node.edges.map(
        (edge) => edge !== null && runs && (!wanted || leadsToWanted(edge, wanted, captured)),
      );
      const results = runs ? arena.run(node, gradients, needed) : node.edges.map(() => null);
      if (runs && !retainGraph) node.release();
      node.edges.forEach((edge, i) => {
        if (!edge) return;
        const result = results[i];
        if (result) checkGradient(node, edge, result);
        deliver(edge, needed[i] ? result : null);
        const left = (waiting.get(edge.node) ?? 1) - 1;
        waiting.set(edge.node, left);
        if (left === 0) ready.push(edge.node);
      });
    }
    for (const gradient of gradients) if (gradient) arena.letGo(gradient);
  }
}

/** The end at a leaf: its gradient, then the hooks that wait for it. */
function accumulateAt(node: AccumulateGrad, gradient: Tensor): void {
  accumulate(node.leaf, gradient);
  node.afterAccumulate?.(node.leaf);
}

/** Runs the tensor hooks on each output's gradient. What a hook has seen is the user's too. */
function runHooks(node: GradNode, gradients: (Tensor | null)[], arena: GradientArena): void {
  node.hooks.forEach((hooks, i) => {
    const before = gradients[i];
    if (!hooks || !before) return;
    arena.expose(before);
    const after = hooks.run(before);
    if (after === before) return;
    arena.expose(after);
    arena.hold(after);
    arena.letGo(before);
    gradients[i] = after;
  });
}

function requireEdge(tensor: Tensor, caller: string): GradEdge {
  const edge = gradEdge(tensor);
  if (!edge) {
    throw new AutogradError(
      `${caller}: expected a tensor that requires a gradient, got one of shape ${formatShape(tensor.shape)} that does not; ` +
        `call requiresGrad_() on what it is computed from, outside of noGrad`,
    );
  }
  return edge;
}

function rootGradient(output: Tensor, gradient: Tensor | null, caller: string): Tensor {
  if (gradient === null) {
    if (output.numel() !== 1) {
      throw new AutogradError(
        `${caller}: a gradient can be left out for an output of one element only, got shape ${formatShape(output.shape)}; ` +
          `reduce it (sum(), mean(), at(...)) or give the gradient as an argument`,
      );
    }
    return new Tensor(output.backend.full(1, 1), output.shape);
  }
  checkTensor(caller, gradient, 'a tensor or null as the gradient');
  if (!sameShape(gradient.shape, output.shape)) {
    throw new AutogradError(
      `${caller}: expected a gradient of the output's shape ${formatShape(output.shape)}, got ${formatShape(gradient.shape)}`,
    );
  }
  commonBackend(caller, [output, gradient]);
  return gradient;
}

function checkGradient(node: GradNode, edge: GradEdge, gradient: Tensor): void {
  const expected = edge.node.outputShapes[edge.index];
  if (!sameShape(gradient.shape, expected)) {
    throw new AutogradError(
      `backward of ${node.name}: expected a gradient of shape ${formatShape(expected)}, got ${formatShape(gradient.shape)}`,
    );
  }
}

function asList<T extends Tensor | null>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}
