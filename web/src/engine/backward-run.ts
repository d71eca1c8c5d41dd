/**
 * One forward and one backward pass with a hook on every module that does some work: what came out, what gradient arrived, what
 * the ReLUs let through by the rule that was asked for.
 */
import { backward, classScore, tidy, type Gradients, type Module, type RemovableHandle, type Tensor } from 'backlight';
import { keep } from 'backlight/tensor/memory.js';
import { ReLU, showGradient } from 'backlight';
import { toPictures } from 'backlight/cam/maps.js';
import type { BackwardParams, BackwardResult, FiredHook, NodeInfo } from './backward-protocol.js';
import { readyModel, useEngine, type ReadyModel } from './engine-state.js';
import { lookAt } from './looking.js';
import { gradientAtRelu, noteOf, presentInput, showActivation, sumOfChannels } from './notes.js';
import { reluHook, type ReluHook } from './relu-rules.js';
import { Stopwatch } from './stopwatch.js';
import type { Task } from './task.js';

/** One call of one module. */
interface Called {
  readonly name: string;
  readonly module: Module;
  readonly output: Tensor;
}

/** What a hook saw; the tensors are kept until they are read. */
interface Seen {
  readonly node: number;
  readonly gradOutput: Tensor | null;
  readonly gradInput: Tensor | null;
  readonly returned: Tensor | null;
}

export async function runBackward(params: BackwardParams, task: Task): Promise<BackwardResult> {
  await useEngine(params.engine);
  const ready = await readyModel(params.model, task);
  await task.pause();
  using look = await lookAt(ready, params, task, new Stopwatch());
  const { logits } = look.look;
  const classIndex = params.classIndex ?? logits.indexOf(Math.max(...logits));
  using pass = new RecordedPass(ready, reluHook(params.rule, task), params.reach);
  using input = look.input.detach().requiresGrad_();
  task.progress('forward and backward');
  if (params.rule.kind === 'code') task.send({ kind: 'hook-begins', id: task.id });
  pass.run(input, classIndex);
  const gradient = input.grad;
  if (!gradient) throw new Error('expected a gradient at the picture, got none');
  const values = await gradient.data();
  gradient.dispose();
  const [picture] = toPictures(values, input.shape, 'backward');
  const seenInput = presentInput(await look.input.data(), input.shape, look.spec);
  return {
    classIndex,
    labels: ready.labels,
    logit: logits[classIndex],
    nodes: await pass.nodes(),
    fired: await pass.fired(),
    inputGradient: showGradient(picture),
    inputNote: noteOf(values, input.shape),
    seen: seenInput,
  };
}

class RecordedPass implements Disposable {
  readonly #calls: Called[] = [];
  readonly #seen: Seen[] = [];
  readonly #handles: RemovableHandle[];
  /** The calls of each module that no gradient has come back to. */
  readonly #open = new Map<Module, number[]>();
  #relusPassed = 0;

  constructor(
    readonly ready: ReadyModel,
    readonly hook: ReluHook | null,
    readonly reach: number | null,
  ) {
    this.#handles = ready.model
      .namedModules()
      .filter(([, module]) => module.children().length === 0)
      .flatMap(([name, module]) => [
        module.registerForwardHook((_module, _input, output) => this.#onForward(name, module, output)),
        module.registerFullBackwardHook((_module, gradInput, gradOutput) =>
          this.#onBackward(module, gradInput, gradOutput),
        ),
      ]);
  }

  run(input: Tensor, classIndex: number): void {
    tidy(() => {
      backward(classScore(this.ready.model.call(input), classIndex), null, { inputs: [input] });
    });
  }

  #onForward(name: string, module: Module, output: Tensor): void {
    const open = this.#open.get(module) ?? [];
    open.push(this.#calls.length);
    this.#open.set(module, open);
    this.#calls.push({ name, module, output: keep(output.detach()) });
  }

  #onBackward(module: Module, gradInput: Gradients, gradOutput: Gradients): Gradients | null {
    const node = this.#open.get(module)?.pop();
    if (node === undefined) return null;
    const isRelu = module instanceof ReLU;
    const applies = isRelu && (this.reach === null || this.#relusPassed < this.reach);
    if (isRelu) this.#relusPassed++;
    const returned = applies && this.hook ? this.hook({ ...this.#calls[node], gradInput, gradOutput }) : null;
    const [given] = returned ?? [null];
    this.#seen.push({ node, gradOutput: kept(gradOutput[0]), gradInput: kept(gradInput[0]), returned: kept(given) });
    return returned;
  }

  async nodes(): Promise<NodeInfo[]> {
    const found: NodeInfo[] = [];
    for (const { name, module, output } of this.#calls) {
      const shown = showActivation(await output.data(), output.shape);
      const isRelu = module instanceof ReLU;
      found.push({
        name,
        type: module.constructor.name,
        extra: module.extraRepr(),
        shape: output.shape,
        isRelu,
        ...shown,
      });
    }
    return found;
  }

  async fired(): Promise<FiredHook[]> {
    const found: FiredHook[] = [];
    for (const { node, gradOutput, gradInput, returned } of this.#seen) {
      const { module, output } = this.#calls[node];
      const arrived = await gradOutput?.data();
      found.push({
        node,
        gradOutput: await noteFor(gradOutput),
        gradInput: await noteFor(gradInput),
        returned: await noteFor(returned),
        arrived: arrived ? sumOfChannels(arrived, output.shape) : null,
        passed: arrived && module instanceof ReLU ? gradientAtRelu(arrived, await output.data(), output.shape) : [],
      });
    }
    return found;
  }

  [Symbol.dispose](): void {
    for (const handle of this.#handles) handle.remove();
    for (const { output } of this.#calls) output.dispose();
    for (const { gradOutput, gradInput, returned } of this.#seen) {
      for (const tensor of [gradOutput, gradInput, returned]) tensor?.dispose();
    }
  }
}

const kept = (tensor: Tensor | null | undefined): Tensor | null => (tensor ? keep(tensor.detach()) : null);

async function noteFor(tensor: Tensor | null) {
  return tensor ? noteOf(await tensor.data(), tensor.shape) : null;
}
