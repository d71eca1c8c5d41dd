// Custom functions that several tests use.

import type { FunctionContext } from '../../src/autograd/function-context.js';
import { AutogradFunction } from '../../src/autograd/function.js';
import type { Tensor } from '../../src/tensor/tensor.js';

export class Exp extends AutogradFunction {
  static forward(ctx: FunctionContext, x: Tensor): Tensor {
    const y = x.exp();
    ctx.saveForBackward(y);
    return y;
  }

  static backward(ctx: FunctionContext, grad: Tensor): Tensor {
    const [y] = ctx.savedTensors;
    return grad.mul(y);
  }
}

/** a x^n + b, with an argument that is no tensor, and one that may be absent. */
export class Polynomial extends AutogradFunction {
  static forward(ctx: FunctionContext & { n: number }, a: Tensor, x: Tensor, n: number, b: Tensor | null): Tensor {
    ctx.n = n;
    ctx.saveForBackward(a, x);
    const power = a.mul(x.pow(n));
    return b ? power.add(b) : power;
  }

  static backward(ctx: FunctionContext & { n: number }, grad: Tensor) {
    const [a, x] = ctx.savedTensors;
    const { n } = ctx;
    return [grad.mul(x.pow(n)), grad.mul(a.mul(n)).mul(x.pow(n - 1)), null, ctx.needsInputGrad[3] ? grad : null];
  }
}
