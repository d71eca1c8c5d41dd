/**
 * Functions with a backward rule of one's own.
 *
 *     node dist/examples/custom-function.js
 */
import { AutogradFunction, gradcheck, round, tensor, withBackend, type FunctionContext, type Tensor } from 'backlight';

/** x^3, and what backward needs of it: x, kept by the graph. */
class Cube extends AutogradFunction {
  static forward(ctx: FunctionContext, x: Tensor): Tensor {
    ctx.saveForBackward(x);
    return x.mul(x).mul(x);
  }

  static backward(ctx: FunctionContext, grad: Tensor): Tensor {
    const [x] = ctx.savedTensors;
    return grad.mul(x.mul(x).mul(3));
  }
}

/** Rounds to multiples of `step`. The true derivative is 0 nearly everywhere; this backward lets the gradient pass. */
class RoundTo extends AutogradFunction {
  static forward(_ctx: FunctionContext, x: Tensor, step: number): Tensor {
    return round(x.div(step)).mul(step);
  }

  static backward(_ctx: FunctionContext, grad: Tensor): [Tensor, null] {
    return [grad, null]; // one gradient for each argument; the step is no tensor
  }
}

const x = tensor([1, 2, 3], { requiresGrad: true });
Cube.apply(x).sum().backward();
console.log('d x^3 / dx at', x.tolist(), 'is', x.grad?.tolist());

withBackend('reference64', () => {
  const point = tensor([0.5, -2], { requiresGrad: true });
  console.log(
    'finite differences agree:',
    gradcheck((x) => Cube.apply(x), [point]),
  );
});

const y = tensor([0.2, 0.9], { requiresGrad: true });
const rounded = RoundTo.apply(y, 0.5);
rounded.mul(rounded).sum().backward();
console.log('rounded to halves', rounded.tolist(), 'with the gradient', y.grad?.tolist());
