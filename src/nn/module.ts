/**
 * The base of all layers and networks.
 *
 * A subclass assigns its parameters and submodules as properties and defines `forward`; users run `module.call(x)`,
 * which runs the hooks around it:
 *
 *     pre-hooks -> [input tap] -> forward -> forward hooks -> [output tap]
 *
 * The taps are there only if the module has backward hooks when it is called (see hooks/backward-tap.ts).
 */
import { HookError } from '../errors.js';
import { clearGradients } from '../autograd/accumulate.js';
import { BackwardTap } from '../hooks/backward-tap.js';
import type { RemovableHandle } from '../hooks/handle.js';
import { HookList, type ForwardRegisterOptions, type RegisterOptions } from '../hooks/hook-list.js';
import type { BackwardHook, BackwardPreHook, ForwardHook, ForwardPreHook } from '../hooks/hook-types.js';
import { HookedCall } from '../hooks/hooked-call.js';
import { attachLegacyHooks } from '../hooks/legacy-hook.js';
import { keep } from '../tensor/memory.js';
import type { Tensor } from '../tensor/tensor.js';
import { describeModule } from './describe.js';
import { globalHooks } from './global-hooks.js';
import type { Parameter } from './parameter.js';
import { loadStateDict, stateDict, type StateDict } from './state-dict.js';
import { childrenOf, findModule, namedBuffers, namedModules, namedParameters } from './tree.js';

/** Any module, whatever it takes and returns. */
export type AnyModule = Module<unknown[], unknown>;

export abstract class Module<In extends unknown[] = Tensor[], Out = Tensor> {
  /** Whether dropout and batch norm behave as in training. Default: true, as in PyTorch; `eval()` ends it. */
  training = true;
  readonly #buffers = new Map<string, Tensor>();
  readonly #forwardPreHooks = new HookList<ForwardPreHook<this, In>>('registerForwardPreHook');
  readonly #forwardHooks = new HookList<ForwardHook<this, In, Out>>('registerForwardHook');
  readonly #backwardPreHooks = new HookList<BackwardPreHook<this>>('registerFullBackwardPreHook');
  readonly #backwardHooks = new HookList<BackwardHook<this>>('registerFullBackwardHook');
  readonly #legacyHooks = new HookList<BackwardHook<this>>('registerBackwardHook');

  /** The computation. Call it through `call`, which runs the hooks. */
  abstract forward(...input: In): Out;

  /** Runs the module, hooks included: the global ones before the module's own. */
  call(...input: In): Out {
    const call = new HookedCall<this, In, Out>(this, input);
    const forwardHooks = [globalHooks.forward as HookList<ForwardHook<this, In, Out>>, this.#forwardHooks];
    try {
      const backward = [...globalHooks.backward.captured(), ...this.#backwardHooks.captured()];
      const backwardPre = [...globalHooks.backwardPre.captured(), ...this.#backwardPreHooks.captured()];
      const legacy = this.#legacyHooks.captured();
      call.runPreHooks([globalHooks.forwardPre as HookList<ForwardPreHook<this, In>>, this.#forwardPreHooks]);

      // #region call
      const tap = backward.length + backwardPre.length > 0 ? new BackwardTap<this>(this, backwardPre, backward) : null;
      if (tap) call.args = tap.onInputs(call.args) as In;

      let output = call.runHooks(forwardHooks, this.forward(...call.args));

      if (tap) output = tap.onOutput(output) as Out;
      if (legacy.length > 0) attachLegacyHooks<this>(this, output, legacy);
      return output;
      // #endregion call
    } catch (error) {
      call.runAlwaysCalled(forwardHooks);
      throw error;
    }
  }

  /** `hook(module, input)` runs before `forward` and may replace the arguments. */
  registerForwardPreHook(hook: ForwardPreHook<this, In>, options?: RegisterOptions): RemovableHandle {
    return this.#forwardPreHooks.add(hook, options);
  }

  /** `hook(module, input, output)` runs after `forward` and may replace the output. */
  registerForwardHook(hook: ForwardHook<this, In, Out>, options?: ForwardRegisterOptions): RemovableHandle {
    return this.#forwardHooks.add(hook, options);
  }

  /** `hook(module, gradOutput)` runs in the backward pass before the module's own and may replace gradOutput. */
  registerFullBackwardPreHook(hook: BackwardPreHook<this>, options?: RegisterOptions): RemovableHandle {
    return this.#backwardPreHooks.add(hook, options);
  }

  /**
   * `hook(module, gradInput, gradOutput)` runs when the gradients of the module's inputs are complete and may replace
   * gradInput, which changes what flows on to earlier modules, not this module's own weight gradients.
   */
  registerFullBackwardHook(hook: BackwardHook<this>, options?: RegisterOptions): RemovableHandle {
    if (this.#legacyHooks.size > 0) throw mixedKinds();
    return this.#backwardHooks.add(hook, options);
  }

  /**
   * PyTorch's old kind, as the notes use it: sees only the last autograd node of the module.
   * @deprecated Use `registerFullBackwardHook`.
   */
  registerBackwardHook(hook: BackwardHook<this>, options?: RegisterOptions): RemovableHandle {
    if (this.#backwardHooks.size > 0) throw mixedKinds();
    return this.#legacyHooks.add(hook, options);
  }

  /** How many hooks of any kind are registered on this module (not on its submodules). */
  get hookCount(): number {
    const lists = [
      this.#forwardPreHooks,
      this.#forwardHooks,
      this.#backwardPreHooks,
      this.#backwardHooks,
      this.#legacyHooks,
    ];
    return lists.reduce((count, list) => count + list.size, 0);
  }

  /** A tensor that belongs to the module's state but is not learnt, such as a running mean. */
  protected registerBuffer(name: string, buffer: Tensor): Tensor {
    this.#buffers.set(name, keep(buffer));
    return buffer;
  }

  /** This module's own buffers. */
  get ownBuffers(): ReadonlyMap<string, Tensor> {
    return this.#buffers;
  }

  /** Direct submodules with their names, in the order in which they were assigned. */
  namedChildren(): [string, Module][] {
    return childrenOf(this);
  }

  children(): Module[] {
    return this.namedChildren().map(([, child]) => child);
  }

  /** This module (named '') and all modules below it, as `features.0`; a module used twice is listed once. */
  namedModules(): [string, Module][] {
    return namedModules(this);
  }

  modules(): Module[] {
    return namedModules(this).map(([, module]) => module);
  }

  /** All parameters, as `features.0.weight`. */
  namedParameters(): [string, Parameter][] {
    return namedParameters(this);
  }

  parameters(): Parameter[] {
    return namedParameters(this).map(([, parameter]) => parameter);
  }

  /** All buffers, as `features.1.running_mean`. */
  namedBuffers(): [string, Tensor][] {
    return namedBuffers(this);
  }

  /**
   * The module of that name, `features.28`.
   * @throws ArgumentError that suggests the nearest names
   */
  getSubmodule(name: string): Module {
    return findModule(this, name);
  }

  /** Parameters and buffers by name: the tensors themselves, not copies. */
  stateDict(): StateDict {
    return stateDict(this);
  }

  /**
   * Copies values into the parameters and buffers.
   * @param options.strict throw (before anything is changed) on missing or surplus names. Default: true. Shapes must
   * always fit
   */
  loadStateDict(state: StateDict, options?: { readonly strict?: boolean }): { missing: string[]; surplus: string[] } {
    return loadStateDict(this, state, options);
  }

  /** Switches this module and all below it to training behaviour, or with `false` to evaluation. */
  train(mode = true): this {
    for (const module of this.modules()) module.training = mode;
    return this;
  }

  /** Evaluation: dropout passes everything, batch norm uses its running statistics. */
  eval(): this {
    return this.train(false);
  }

  /** Whether the parameters get gradients: `requiresGrad_(false)` freezes a model. */
  requiresGrad_(requiresGrad = true): this {
    for (const parameter of this.parameters()) parameter.requiresGrad_(requiresGrad);
    return this;
  }

  /** Forgets the gradients of all parameters. */
  zeroGrad(): void {
    clearGradients(this.parameters());
  }

  /** Calls `change` with every module, children first. */
  apply(change: (module: Module) => void): this {
    for (const child of this.children()) child.apply(change);
    change(this as AnyModule as Module);
    return this;
  }

  /** Frees all parameters, their gradients, and buffers. */
  dispose(): void {
    this.zeroGrad();
    for (const tensor of [...this.parameters(), ...this.namedBuffers().map(([, buffer]) => buffer)]) tensor.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** What `toString` shows in the brackets after the name: `3, 64, kernel_size=(3, 3)`. */
  extraRepr(): string {
    return '';
  }

  /** The tree of modules, as PyTorch prints it. */
  toString(): string {
    return describeModule(this);
  }

  /** What Node's `console.log` shows. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }
}

function mixedKinds(): HookError {
  return new HookError(
    'registerBackwardHook: expected full or legacy backward hooks on a module, got both; use registerFullBackwardHook for all',
  );
}
