/**
 * Small models whose explanations are known, computed with nothing but hooks.
 *
 * The network and its numbers are those of Captum's tests for Grad-CAM and guided backpropagation. They can be checked
 * by hand: conv1 sums 3x3 boxes, which gives 45, 54, 81, 90 minus the bias, and the score is 54.
 */
import t from 'tap';
import { noGrad } from '../../src/autograd/grad-mode.js';
import { Conv2d, ReLU } from '../../src/nn/layers.js';
import { Module } from '../../src/nn/module.js';
import { vgg } from '../../src/nn/models/vgg.js';
import { ones, rand, tensor } from '../../src/ops/creation.js';
import { manualSeed } from '../../src/tensor/random.js';
import type { NestedNumbers, Tensor } from '../../src/tensor/tensor.js';
import { gradOf, linearOf } from './helpers.js';

/** x [1,1,4,4] -> conv1 [1,2,2,2], ReLU, fc1 [1,4], ReLU */
class OneConv extends Module<[Tensor]> {
  readonly conv1 = new Conv2d(1, 2, 3);
  readonly relu1 = new ReLU();
  readonly fc1 = linearOf(
    [0, 1, 2, 3].map(() => [1, 1, 1, 1, 1, -1, -1, -1]),
    [0, 0, 0, 0],
  );
  readonly relu2 = new ReLU();

  constructor() {
    super();
    noGrad(() => {
      this.conv1.weight.copy_(ones([2, 1, 3, 3]));
      this.conv1.bias?.copy_(tensor([-50, -75]));
    });
  }

  override forward(x: Tensor): Tensor {
    const features = this.relu1.call(this.conv1.call(x));
    return this.relu2.call(this.fc1.call(features.reshape([-1, 8])));
  }
}

const picture = (): Tensor =>
  tensor(
    Float32Array.from({ length: 16 }, (_, i) => i),
    { shape: [1, 1, 4, 4] },
  );

/** sum_k mean(dy/dA_k) A_k at a layer, before ReLU and scaling. */
function gradCam(model: OneConv, layer: Module): NestedNumbers {
  const [activations, gradients]: Tensor[][] = [[], []];
  const forward = layer.registerForwardHook((_module, _input, output) => void activations.push(output.detach()));
  const backward = layer.registerFullBackwardHook((_module, _gradInput, [grad]) => {
    if (grad) gradients.push(grad);
  });
  const score = model.call(picture()).at(0, 0);
  t.equal(score.item(), 54);
  score.backward();
  for (const handle of [forward, backward]) handle.remove();
  return gradients[0].mean([2, 3], true).mul(activations[0]).sum(1).tolist();
}

t.test('OneConv: Grad-CAM at conv1 and at relu1', async (t) => {
  const model = new OneConv();
  t.same(gradCam(model, model.conv1), [
    [
      [11.25, 13.5],
      [20.25, 22.5],
    ],
  ]);
  t.same(gradCam(model, model.relu1), [
    [
      [0, 4],
      [28, 32.5],
    ],
  ]);
  t.same(
    model.modules().map((module) => module.hookCount),
    [0, 0, 0, 0, 0],
    'no hook stays behind',
  );
});

t.test('OneConv: guided backpropagation, with full and with legacy hooks', async (t) => {
  for (const register of ['registerFullBackwardHook', 'registerBackwardHook'] as const) {
    const model = new OneConv();
    const outputs: Tensor[] = [];
    for (const layer of [model.relu1, model.relu2]) {
      layer.registerForwardHook((_module, _input, output) => void outputs.push(output.detach()));
      layer[register]((_module, _gradInput, [grad]) => {
        const output = outputs.pop();
        return grad && output ? [grad.clamp(0).mul(output.gt(0))] : null;
      });
    }
    const x = picture().requiresGrad_();
    model.call(x).at(0, 0).backward();
    t.same(gradOf(x), [
      [
        [
          [0, 1, 1, 1],
          [1, 3, 3, 2],
          [1, 3, 3, 2],
          [1, 2, 2, 1],
        ],
      ],
    ]);
    t.equal(outputs.length, 0);
  }
});

t.test('a VGG without biases: the sum of gradient x activation at any layer is the logit', async (t) => {
  manualSeed(1);
  const model = vgg({ cfg: [6, 'M', 8, 8, 'M'], avgpool: 2, hidden: [10], classes: 5 }).eval();
  const captured: { name: string; output: Tensor }[] = [];
  for (const [name, module] of model.namedModules()) {
    module.registerForwardHook((_module, _input, output) => {
      output.retainGrad();
      captured.push({ name, output });
    });
  }
  const x = rand([1, 3, 16, 16]).requiresGrad_();
  const logit = model.call(x).at(0, 3);
  logit.backward();
  const value = logit.item();
  t.ok(Math.abs(value) > 1e-6, `the logit is ${value}`);
  t.equal(captured.length, model.modules().length);
  for (const { name, output } of [...captured, { name: 'the image', output: x }]) {
    const total = output.grad?.mul(output.detach()).sum().item() ?? NaN;
    t.ok(Math.abs(total - value) <= 1e-5 * Math.abs(value), `${name || 'the model'}: ${total}`);
  }
});
