/**
 * vgg.json: whole networks in evaluation mode, looked into with the hooks of modules.
 *
 * loss = sum over the samples i of logits[i, class_per_sample[i]]; activation/N and grad_output/N of every leaf module
 * N.
 */
import { Module } from '../../src/nn/module.js';
import { ReLU } from '../../src/nn/layers.js';
import { vgg, type VGG, type VggCfg } from '../../src/nn/models/vgg.js';
import type { Gradients } from '../../src/tensor/grad-node.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { add } from '../../src/ops/arithmetic.js';
import { at } from '../../src/ops/narrow.js';
import { clamp } from '../../src/ops/clamp.js';
import { backward } from '../../src/autograd/backward.js';
import type { Run } from './backends.js';
import type { GoldenFile } from '../../src/testing/index.js';

export interface VggCase {
  readonly name: string;
  readonly cfg: VggCfg;
  readonly batch_norm: boolean;
  readonly avgpool: number;
  readonly hidden: readonly number[];
  readonly classes: number;
  readonly class_per_sample: readonly number[];
  readonly modules: readonly string[];
  readonly target_layer: string;
}

export function runVgg(run: Run, file: GoldenFile): void {
  for (const c of file.meta<VggCase[]>('cases')) {
    run.case(c.name, () => {
      using model = goldenModel(run, file, c);
      compareEverything(run, file, c, model);
      compareRewritten(run, file, c, model);
    });
  }
}

/** The network of a case, its state loaded strictly, in evaluation mode. */
export function goldenModel(run: Run, file: GoldenFile, c: VggCase): VGG {
  const { cfg, batch_norm: batchNorm, avgpool, hidden, classes } = c;
  const model = vgg({ cfg, batchNorm, avgpool, hidden, classes });
  const prefix = `${c.name}/state/`;
  model.loadStateDict(new Map(file.namesUnder(prefix).map((key) => [key, file.tensor(prefix + key, run.backend)])));
  return model.eval();
}

/** sum over i of logits[i, classes[i]] */
export function classScore(logits: Tensor, classes: readonly number[]): Tensor {
  return classes.map((index, sample) => at(logits, sample, index)).reduce((a, b) => add(a, b));
}

/** Every activation, every gradient of an activation, of a parameter and of the input. */
function compareEverything(run: Run, file: GoldenFile, c: VggCase, model: VGG): void {
  const leaves = model.namedModules().filter(([, module]) => module.children().length === 0);
  run.t.same(
    leaves.map(([name]) => name),
    c.modules,
    `${c.name}: names of the leaf modules`,
  );
  const activations = new Map<string, Tensor>();
  const gradOutputs = new Map<string, Tensor | null>();
  const handles = leaves.flatMap(([name, module]) => [
    module.registerForwardHook((_module, _input, output) => {
      activations.set(name, output.detach());
    }),
    module.registerFullBackwardHook((_module, _gradInput: Gradients, [gradOutput]: Gradients) => {
      gradOutputs.set(name, gradOutput?.detach() ?? null);
    }),
  ]);
  const input = file.tensor(`${c.name}/input`, run.backend).requiresGrad_();
  const logits = model.call(input);
  backward(classScore(logits, c.class_per_sample));
  for (const handle of handles) handle.remove();

  run.close(`${c.name}: logits`, logits, file.get(`${c.name}/logits`));
  for (const name of c.modules) {
    run.close(`${c.name}: activation of ${name}`, found(activations, name), file.get(`${c.name}/activation/${name}`));
    run.close(`${c.name}: grad_output of ${name}`, found(gradOutputs, name), file.get(`${c.name}/grad_output/${name}`));
  }
  run.close(
    `${c.name}: input gradient`,
    found(new Map([['input', input.grad]]), 'input'),
    file.get(`${c.name}/input_grad`),
  );

  const parameters = model.namedParameters();
  const expected = file.namesUnder(`${c.name}/param_grad/`);
  run.t.same(parameters.map(([name]) => name).sort(), expected.sort(), `${c.name}: names of the parameters`);
  const gradients = new Map(parameters.map(([name, parameter]) => [name, parameter.grad]));
  for (const name of expected) {
    run.close(`${c.name}: gradient of ${name}`, found(gradients, name), file.get(`${c.name}/param_grad/${name}`));
  }
  input.grad?.dispose();
}

/** The input's gradient with hooks at the ReLUs that rewrite what passes them. */
function compareRewritten(run: Run, file: GoldenFile, c: VggCase, model: VGG): void {
  const positive = (gradient: Tensor | null): Gradients => [gradient && clamp(gradient, 0)];
  const guided = (_module: Module, [gradInput]: Gradients): Gradients => positive(gradInput);
  const deconvnet = (_module: Module, _gradInput: Gradients, [gradOutput]: Gradients): Gradients =>
    positive(gradOutput);
  const cases = {
    guided_backprop_features: { rule: guided, where: model.features },
    guided_backprop_all: { rule: guided, where: model },
    deconvnet_all: { rule: deconvnet, where: model },
  };
  for (const [name, { rule, where }] of Object.entries(cases)) {
    const relus = where.modules().filter((module) => module instanceof ReLU);
    const handles = relus.map((module) => module.registerFullBackwardHook(rule));
    const input = file.tensor(`${c.name}/input`, run.backend).requiresGrad_();
    backward(classScore(model.call(input), c.class_per_sample));
    for (const handle of handles) handle.remove();
    run.close(`${c.name}: ${name}`, found(new Map([[name, input.grad]]), name), file.get(`${c.name}/${name}`));
    input.grad?.dispose();
  }
  run.t.equal(
    model.modules().reduce((count, module) => count + module.hookCount, 0),
    0,
    `${c.name}: no hook is left`,
  );
}

function found(tensors: ReadonlyMap<string, Tensor | null>, name: string): Tensor {
  const tensor = tensors.get(name);
  if (!tensor) throw new Error(`there is no tensor for ${name}: its hook did not fire, or no gradient came`);
  return tensor;
}
