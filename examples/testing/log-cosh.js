/** What the examples test: log(cosh(x)), a smooth |x|, as an op with a gradient of its own. */
import { AutogradFunction } from 'backlight';

export class LogCosh extends AutogradFunction {
  /** |x| + log(1 + e^(-2|x|)) - log 2, which cannot overflow */
  static forward(ctx, x) {
    ctx.saveForBackward(x);
    const size = x.abs();
    return size.mul(-2).exp().add(1).log().add(size).sub(Math.LN2);
  }

  /** d log(cosh(x)) / dx = tanh(x) */
  static backward(ctx, grad) {
    const [x] = ctx.savedTensors;
    return grad.mul(x.tanh());
  }
}

export const logCosh = (x) => LogCosh.apply(x);
