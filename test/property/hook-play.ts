/**
 * Runs a random program with hooks on a machine, and writes down every call of a hook with what it saw, every gradient
 * and every error.
 */
import type { HookKind, Machine, Output } from './hook-machine.js';
import { reachable, type HookStep, type Part, type Program } from './hook-programs.js';

/** Runs a program; each line of the result is one event. */
export function play<M, V>(machine: Machine<M, V>, { parts, steps }: Program): string[] {
  const log: string[] = [];
  const numberOf = new Map<M, number>();
  const leaves: V[] = [];
  let failing: M | null = null;

  const modules = parts.reduce<M[]>((modules, part, number) => {
    const module = build(part, 'parts' in part ? part.parts.map((i) => modules[i]) : []);
    numberOf.set(module, number);
    return [...modules, module];
  }, []);
  const network = modules[modules.length - 1];
  const inside = modules.filter((_, i) => reachable(parts).has(i));
  const inputs = { needing: machine.leaf(2, true), free: machine.leaf(2, false) };
  leaves.push(inputs.needing);

  function build(part: Part, children: M[]): M {
    const one = (output: Output<V>): V => (Array.isArray(output) ? output[0] : output);
    const run = (child: M, ...input: V[]): V => one(machine.call(child, ...input));
    const weight = 'w' in part ? machine.leaf(part.w, !part.frozen) : null;
    if (weight && machine.requiresGrad(weight)) leaves.push(weight);
    const times = (x: V): V => (weight ? machine.mul(x, weight) : x);
    const forwards: Readonly<Record<Part['kind'], (...input: V[]) => Output<V>>> = {
      scale: times,
      identity: (x) => x,
      sequential: (x) => x,
      residual: (x) => machine.add(run(children[0], x), x),
      mix: (a, b) => machine.add(times(a), b),
      first: (a) => machine.mul(a, 2),
      split: (x) => [times(x), machine.mul(x, 3)],
      fork: (x) => run(children[2], run(children[0], x), run(children[1], x)),
      pick: (x) => {
        const output = machine.call(children[0], x);
        if (!Array.isArray(output)) return output;
        return part.kind === 'pick' && part.both ? machine.add(output[0], output[1]) : output[0];
      },
    };
    if (part.kind === 'sequential') return machine.sequential(children);
    const module: M = machine.module(children, (...input) => {
      if (module === failing) throw new Error('forward threw');
      return forwards[part.kind](...input);
    });
    return module;
  }

  const show = (value: number): string => String(Number(value.toPrecision(9)));
  const describe = (value: V | Output<V> | readonly (V | null)[] | null): string => {
    if (value === null) return '-';
    if (Array.isArray(value)) return `[${value.map((item: V | null) => describe(item)).join(' ')}]`;
    return show(machine.numberOf(value as V));
  };

  const removers: (() => void)[] = [];
  let named = 0;

  function register(step: HookStep, target: M | null): void {
    const name = `h${named++}`;
    const { kind, action, alwaysCall } = step;
    // as in PyTorch, only the hooks of one module can be put first
    const options = { alwaysCall, prepend: step.prepend && target !== null };
    let added = false;
    const fired = (module: M, what: string): boolean => {
      log.push(`${name} ${kind} m${numberOf.get(module)} ${what}`);
      if (action === 'throw') throw new Error(`${name} threw`);
      if (action === 'removeItself') remove();
      if (action === 'removeAnother') removers[step.another % removers.length]();
      if (action === 'add' && !added) {
        added = true;
        register({ ...step, action: 'nothing' }, module);
      }
      return action === 'replace';
    };
    const times = (factor: number) => (value: V | null) => value && machine.mul(value, factor);
    const doubled = (x: V) => machine.mul(x, 2);
    const hooks = {
      forwardPre: () =>
        machine.on.forwardPre(
          target,
          (module, args) => {
            const replaces = fired(module, describe(args));
            return replaces ? [doubled(args[0]), ...args.slice(1)] : undefined;
          },
          options,
        ),
      forward: () =>
        machine.on.forward(
          target,
          (module, args, output) => {
            const replaces = fired(module, `${describe(args)} ${describe(output)}`);
            // after an error: what it returns is what the next hook sees
            if (output === null) return replaces ? machine.leaf(5, false) : undefined;
            const first = Array.isArray(output) ? output[0] : output;
            if (action === 'watch' && machine.requiresGrad(first)) {
              machine.tensorHook(first, (grad) => void log.push(`${name} watch ${describe(grad)}`));
            }
            if (!replaces) return undefined;
            return Array.isArray(output) ? [doubled(output[0]), output[1]] : doubled(output);
          },
          options,
        ),
      backwardPre: () =>
        machine.on.backwardPre(
          target,
          (module, gradOutput) => (fired(module, describe(gradOutput)) ? gradOutput.map(times(2)) : undefined),
          options,
        ),
      backward: () =>
        machine.on.backward(
          target,
          (module, gradInput, gradOutput) =>
            fired(module, `${describe(gradInput)} ${describe(gradOutput)}`) ? gradInput.map(times(3)) : undefined,
          options,
        ),
    };
    const remove = registerAs(step, name, hooks);
    removers.push(remove);
  }

  function registerAs(step: HookStep, name: string, hooks: Readonly<Record<HookKind, () => () => void>>): () => void {
    const { kind, action } = step;
    if (kind !== 'tensor' && kind !== 'post') return hooks[kind]();
    const leaf = (step.on + 1) % leaves.length;
    const fired = (value: number | null): void => {
      log.push(`${name} ${kind} leaf ${leaf} ${value === null ? '-' : show(value)}`);
      if (action === 'throw') throw new Error(`${name} threw`);
      if (action === 'removeItself') remove();
    };
    const remove =
      kind === 'post'
        ? machine.postAccumulate(leaves[leaf], (x) => fired(machine.gradNow(x)))
        : machine.tensorHook(leaves[leaf], (grad) => {
            fired(machine.numberOf(grad));
            return action === 'replace' ? machine.mul(grad, 2) : undefined;
          });
    return remove;
  }

  let output: V | null = null;
  const attempt = (body: () => void): void => {
    try {
      body();
    } catch (error) {
      log.push(`error: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  for (const step of steps) {
    if (step.step === 'hook') {
      register(step, step.on < 0 ? null : inside[step.on % inside.length]);
    } else if (step.step === 'remove') {
      if (removers.length > 0) removers[step.which % removers.length]();
    } else if (step.step === 'forward') {
      output = null;
      failing = step.throwAt < 0 ? null : inside[step.throwAt % inside.length];
      const pass = () => {
        const result = machine.call(network, step.needsGrad ? inputs.needing : inputs.free);
        output = Array.isArray(result) ? result[0] : result;
        log.push(`output ${describe(output)}`);
      };
      attempt(() => (step.noGrad ? machine.noGrad(pass) : pass()));
    } else if (output !== null && machine.requiresGrad(output)) {
      const from: V = output;
      attempt(() => {
        if (step.how === 'twice') machine.backward(from, true);
        if (step.how === 'once' || step.how === 'twice') machine.backward(from, false);
        else {
          const target = step.how === 'gradOfInput' ? inputs.needing : leaves[leaves.length - 2];
          if (target) log.push(`grad ${machine.grad(from, target) ?? '-'}`);
        }
      });
      output = null;
      log.push(`gradients ${leaves.map((leaf) => describeNumber(machine.gradNow(leaf))).join(' ')}`);
      for (const leaf of leaves) machine.forgetGrad(leaf);
    }
  }
  return log;

  function describeNumber(value: number | null): string {
    return value === null ? '-' : show(value);
  }
}
