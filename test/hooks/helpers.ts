/** What the tests of hooks share: modules of known weights, and gradients as plain numbers. */
import { noGrad } from '../../src/autograd/grad-mode.js';
import '../../src/hooks/tensor-hooks.js';
import { Linear } from '../../src/nn/layers.js';
import { Module } from '../../src/nn/module.js';
import { Parameter } from '../../src/nn/parameter.js';
import { tensor, type TensorData } from '../../src/ops/creation.js';
import '../../src/ops/methods.js';
import type { Gradients } from '../../src/tensor/grad-node.js';
import type { NestedNumbers, Tensor } from '../../src/tensor/tensor.js';
import { setWarningHandler } from '../../src/warnings.js';

/** A module from a function. */
export class Fn<In extends unknown[] = [Tensor], Out = Tensor> extends Module<In, Out> {
  constructor(readonly run: (...input: In) => Out) {
    super();
  }

  override forward(...input: In): Out {
    return this.run(...input);
  }
}

/** y = scale * x: one number as a weight, so that its gradients can be read at a glance. */
export class Scale extends Module<[Tensor]> {
  readonly weight;

  constructor(scale: number) {
    super();
    this.weight = tensor(scale, { requiresGrad: true });
  }

  override forward(x: Tensor): Tensor {
    return x.mul(this.weight);
  }
}

/** y = 3 x^2, with the 3 as a parameter: its second derivatives are not 0. */
export class Square extends Module<[Tensor]> {
  readonly weight = new Parameter(tensor(3));

  override forward(x: Tensor): Tensor {
    return x.mul(x).mul(this.weight);
  }
}

/** A Linear of given weights [out,in] and bias [out]. */
export function linearOf(weight: number[][], bias?: number[]): Linear {
  const layer = new Linear(weight[0].length, weight.length, { bias: bias !== undefined });
  noGrad(() => {
    layer.weight.copy_(tensor(weight));
    if (bias) layer.bias?.copy_(tensor(bias));
  });
  return layer;
}

export const leaf = (data: TensorData): Tensor => tensor(data, { requiresGrad: true });

/** Gradients as nested numbers, null where there is none. */
export const numbers = (gradients: Gradients): (NestedNumbers | null)[] =>
  gradients.map((gradient) => gradient?.tolist() ?? null);

/** The value of `grad`, or null. */
export const gradOf = (x: Tensor): NestedNumbers | null => x.grad?.tolist() ?? null;

/** What `body` warned of. */
export function warningsOf(body: () => void): string[] {
  const warnings: string[] = [];
  const before = setWarningHandler((message) => warnings.push(message));
  try {
    body();
  } finally {
    setWarningHandler(before);
  }
  return warnings;
}

/** For a hook that returns what its type forbids. */
export const wrong = (value: unknown): never => value as never;
