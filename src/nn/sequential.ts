/**
 * Modules one after the other.
 *
 * Where nothing is recorded (in noGrad, or because neither input nor parameters require a gradient), what lies between two
 * layers is freed as soon as the second has read it, and a convolution takes the ReLU behind it along in one pass. Both are
 * done only where nobody can see it: with no hook on either layer or on all modules, and with layers of this library, which
 * keep nothing of what they are given.
 */
import { isGradEnabled, noGrad } from '../autograd/grad-mode.js';
import { tidy } from '../tensor/memory.js';
import type { Tensor } from '../tensor/tensor.js';
import { IndexedContainer } from './container.js';
import { anyGlobalHooks } from './global-hooks.js';
import * as layers from './layers.js';
import { Module } from './module.js';

/** Modules with names. An object's keys come in JavaScript's order, whole numbers first; a Map keeps its own. */
export type NamedModules<M = Module> = ReadonlyMap<string, M> | Readonly<Record<string, M>>;

/**
 * Runs its modules in order, each on the result of the one before.
 *
 *     new Sequential(new Linear(2, 3), new ReLU())                        they are named '0', '1', ...
 *     new Sequential({ fc: new Linear(2, 3), relu: new ReLU() })          as PyTorch's OrderedDict
 */
export class Sequential extends IndexedContainer<Module, [Tensor], Tensor> {
  constructor(modules: NamedModules);
  constructor(...modules: Module[]);
  constructor(...modules: [NamedModules] | Module[]) {
    super();
    const [first] = modules;
    if (first === undefined || first instanceof Module) this.extend(modules as Module[]);
    else for (const [name, module] of namedEntries(first)) this.setItem(name, module);
  }

  override forward(x: Tensor): Tensor {
    return runChain(this.children(), x);
  }
}

/** Each module on the result of the one before. */
export function runChain(modules: readonly Module[], x: Tensor): Tensor {
  let out = x;
  let onlyOurs = false;
  for (let i = 0; i < modules.length; i++) {
    const input = out;
    const [module, next] = [modules[i], modules.at(i + 1)];
    const unseen = isDiscreet(module) && !isRecorded(module, input);
    if (unseen && module instanceof layers.Conv2d && next instanceof layers.ReLU && isDiscreet(next)) {
      out = noGrad(() => tidy(() => module.forwardRelu(input)));
      i++;
    } else {
      out = unseen ? tidy(() => module.call(input)) : module.call(input);
    }
    if (out === input) {
      onlyOurs &&= unseen;
    } else {
      if (onlyOurs && unseen) input.dispose();
      onlyOurs = unseen;
    }
  }
  return out;
}

const ownLayers = new Set<unknown>(Object.values(layers));

/** Whether nobody but this module sees its input and its output. */
function isDiscreet(module: Module): boolean {
  if (module.hookCount > 0 || anyGlobalHooks()) return false;
  if (Object.hasOwn(module, 'forward') || Object.hasOwn(module, 'call')) return false;
  const kind: unknown = module.constructor;
  return kind === Sequential ? module.children().every(isDiscreet) : ownLayers.has(kind);
}

/** Whether what the module does to this input becomes part of a graph. */
function isRecorded(module: Module, input: Tensor): boolean {
  return isGradEnabled() && (input.requiresGrad || module.parameters().some(({ requiresGrad }) => requiresGrad));
}

export function namedEntries<M>(modules: NamedModules<M>): [string, M][] {
  return modules instanceof Map
    ? [...(modules as ReadonlyMap<string, M>)]
    : Object.entries(modules as Record<string, M>);
}
