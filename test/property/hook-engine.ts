/** Backlight as the machine that random programs with hooks run on. */
import { backward, grad } from '../../src/autograd/backward.js';
import { noGrad } from '../../src/autograd/grad-mode.js';
import { withBackend } from '../../src/backends/active.js';
import type { RemovableHandle } from '../../src/hooks/handle.js';
import '../../src/hooks/tensor-hooks.js';
import {
  registerModuleForwardHook,
  registerModuleForwardPreHook,
  registerModuleFullBackwardHook,
  registerModuleFullBackwardPreHook,
} from '../../src/nn/global-hooks.js';
import { Module, type AnyModule } from '../../src/nn/module.js';
import { Sequential } from '../../src/nn/sequential.js';
import { add, mul } from '../../src/ops/arithmetic.js';
import { tensor } from '../../src/ops/creation.js';
import { Tensor } from '../../src/tensor/tensor.js';
import type { Machine, Output } from './hook-machine.js';

/** A module from a function; its children are properties, as in any module. */
class Part extends Module<Tensor[], Output<Tensor>> {
  constructor(
    children: readonly AnyModule[],
    readonly run: (...input: Tensor[]) => Output<Tensor>,
  ) {
    super();
    children.forEach((child, i) => Object.defineProperty(this, `child${i}`, { value: child, enumerable: true }));
  }

  override forward(...input: Tensor[]): Output<Tensor> {
    return this.run(...input);
  }
}

function asOutput(value: unknown): Output<Tensor> {
  if (value instanceof Tensor) return value;
  if (Array.isArray(value) && value.length === 2) {
    const [a, b] = value as unknown[];
    if (a instanceof Tensor && b instanceof Tensor) return [a, b];
  }
  throw new Error('expected one tensor or two');
}

/** @param removers gets what removes the global hooks, so that none outlives the program */
export function hookEngine(removers: (() => void)[]): Machine<AnyModule, Tensor> {
  const own = (handle: RemovableHandle) => () => handle.remove();
  const global = (handle: RemovableHandle) => {
    removers.push(own(handle));
    return own(handle);
  };
  return {
    leaf: (value, requiresGrad) => withBackend('reference64', () => tensor(value, { requiresGrad })),
    mul: (a, b) => mul(a, b),
    add: (a, b) => add(a, b),
    numberOf: (value) => value.item(),
    requiresGrad: (value) => value.requiresGrad,
    gradNow: (leaf) => leaf.grad?.item() ?? null,
    forgetGrad: (leaf) => {
      leaf.grad = null;
    },
    module: (children, forward) => new Part(children, forward),
    sequential: (children) => new Sequential(...(children as readonly AnyModule[] as readonly Module[])),
    call: (module, ...input) => asOutput(module.call(...input)),
    noGrad,
    backward: (output, retainGraph) => backward(output, null, { retainGraph }),
    grad: (output, input) => grad(output, [input], null, { allowUnused: true })[0]?.item() ?? null,
    on: {
      forwardPre: (module, hook, options) =>
        module
          ? own(module.registerForwardPreHook(hook, options))
          : global(registerModuleForwardPreHook(hook, options)),
      forward: (module, hook, options) =>
        module ? own(module.registerForwardHook(hook, options)) : global(registerModuleForwardHook(hook, options)),
      backwardPre: (module, hook, options) =>
        module
          ? own(module.registerFullBackwardPreHook(hook, options))
          : global(registerModuleFullBackwardPreHook(hook, options)),
      backward: (module, hook, options) =>
        module
          ? own(module.registerFullBackwardHook(hook, options))
          : global(registerModuleFullBackwardHook(hook, options)),
    },
    tensorHook: (value, hook) => own(value.registerHook(hook)),
    postAccumulate: (leaf, hook) => own(leaf.registerPostAccumulateGradHook(hook)),
  };
}
