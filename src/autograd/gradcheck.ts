/**
 * Compares what backward computes with finite differences, as torch.autograd.gradcheck does: the two Jacobians of a
 * function,
 *
 *     numerical[i,j]  = (f(x + eps e_j)_i - f(x - eps e_j)_i) / (2 eps)
 *     analytical[i,j] = the gradient of f(x)_i with respect to x_j, one backward pass for each i
 *
 * must agree element by element. It needs float64: in float32 the differences drown in rounding errors.
 */
import { AutogradError, BackendError } from '../errors.js';
import type { HostArray } from '../tensor/backend.js';
import { tidy } from '../tensor/memory.js';
import { RandomGenerator } from '../tensor/random.js';
import { formatShape, stridesOf, type Shape } from '../tensor/shape.js';
import { Tensor } from '../tensor/tensor.js';
import { grad } from './backward.js';
import { enableGrad } from './grad-mode.js';

/** A function of tensors: the same inputs must always give the same outputs. */
export type Differentiable = (...inputs: Tensor[]) => Tensor | readonly Tensor[];

export interface GradcheckOptions {
  /** The step of the finite differences. Default: 1e-6. */
  readonly eps?: number;
  /** Allowed: |numerical - analytical| <= atol + rtol |numerical|. Default: 1e-5. */
  readonly atol?: number;
  /** Default: 1e-3. */
  readonly rtol?: number;
}

/** The values of an input, apart from any graph. */
interface Point {
  readonly shape: Shape;
  readonly values: HostArray;
  readonly requiresGrad: boolean;
}

/**
 * Checks the gradients of `fn` at `inputs`, with respect to those that require one.
 *
 * `fn` is called with copies of the inputs and must be smooth around them: keep relu away from 0, and a maximum away
 * from ties. Constants that it makes must be on the inputs' backend: call it all inside `withBackend('reference64', ()
 * => ...)`.
 *
 * @returns true; what is wrong is thrown
 * @throws AutogradError that names input, output and element with the largest deviation
 * @throws BackendError when an input is not on a float64 backend
 */
export function gradcheck(fn: Differentiable, inputs: readonly Tensor[], options: GradcheckOptions = {}): true {
  return compareJacobians('gradcheck', fn, inputs, options);
}

/**
 * Checks second derivatives: the gradient function of `fn`, as a function of the inputs and of the outputs' gradients.
 *
 * @param gradOutputs where to check with respect to the outputs' gradients. Default: random numbers, the same in every
 * run
 * @throws like {@link gradcheck}
 */
export function gradgradcheck(
  fn: Differentiable,
  inputs: readonly Tensor[],
  gradOutputs?: readonly Tensor[],
  options: GradcheckOptions = {},
): true {
  requireFloat64('gradgradcheck', inputs);
  return tidy(() => {
    const wanted = inputs.flatMap((input, i) => (input.requiresGrad ? [i] : []));
    const given = gradOutputs ?? randomLike(fn, inputs);
    const gradients: Differentiable = (...all) => {
      const [at, gradients] = [all.slice(0, inputs.length), all.slice(inputs.length)];
      const outputs = asList(fn(...at));
      const kept = outputs.flatMap((output, i) => (output.requiresGrad ? [i] : []));
      const results = grad(
        kept.map((i) => outputs[i]),
        wanted.map((i) => at[i]),
        kept.map((i) => gradients[i]),
        { createGraph: true, allowUnused: true },
      );
      return results.filter((result) => result !== null);
    };
    const points = given.map((gradient) => gradient.detach().requiresGrad_());
    return compareJacobians('gradgradcheck', gradients, [...inputs, ...points], options);
  });
}

function compareJacobians(
  name: string,
  fn: Differentiable,
  inputs: readonly Tensor[],
  { eps = 1e-6, atol = 1e-5, rtol = 1e-3 }: GradcheckOptions,
): true {
  requireFloat64(name, inputs);
  const points = inputs.map((input): Point => ({
    shape: input.shape,
    values: input.hostData(),
    requiresGrad: input.requiresGrad,
  }));
  const shapes = outputShapes(fn, inputs);
  points.forEach(({ requiresGrad, shape }, input) => {
    if (!requiresGrad) return;
    const analytical = analyticalJacobian(fn, inputs, points, input);
    const numerical = numericalJacobian(fn, inputs, points, input, eps);
    numerical.forEach((rows, output) => {
      const place = `input ${input} (shape ${formatShape(shape)}) and output ${output} (shape ${formatShape(shapes[output])})`;
      const wrong = largestDeviation(rows, analytical[output], atol, rtol);
      if (!wrong) return;
      throw new AutogradError(
        `${name}: expected the gradient of finite differences for ${place}, but ${wrong.count} of ${wrong.of} entries differ; ` +
          `the largest deviation, d output${formatIndex(wrong.row, shapes[output])} / d input${formatIndex(wrong.column, shape)}: ` +
          `expected ${wrong.expected} (numerical), got ${wrong.got} (analytical), off by ${wrong.error.toPrecision(3)}`,
      );
    });
  });
  return true;
}

/** Fresh leaves at `points`, input `changed` replaced by `values`. */
function leavesAt(inputs: readonly Tensor[], points: readonly Point[], changed = -1, values?: HostArray): Tensor[] {
  return points.map((point, i) => {
    const content = i === changed && values ? values : point.values;
    const storage = inputs[i].backend.create(content.length, (host) => host.set(content));
    return new Tensor(storage, point.shape).requiresGrad_(point.requiresGrad);
  });
}

/** For each output, d output[row] / d input[column] as rows. */
type Jacobian = readonly Float64Array[];

function analyticalJacobian(
  fn: Differentiable,
  inputs: readonly Tensor[],
  points: readonly Point[],
  input: number,
): Jacobian[] {
  return tidy(() =>
    enableGrad(() => {
      const leaves = leavesAt(inputs, points);
      return asList(fn(...leaves)).map((output) =>
        Array.from({ length: output.numel() }, (_, row) => gradientRow(output, row, leaves[input])),
      );
    }),
  );
}

/** One backward pass; zeros where nothing flows. */
function gradientRow(output: Tensor, row: number, leaf: Tensor): Float64Array {
  if (!output.requiresGrad) return new Float64Array(leaf.numel());
  return tidy(() => {
    const one = output.backend.create(output.numel(), (host) => host.fill(0).fill(1, row, row + 1));
    const options = { retainGraph: true, allowUnused: true } as const;
    const [gradient] = grad(output, [leaf], new Tensor(one, output.shape), options);
    return gradient ? Float64Array.from(gradient.hostData()) : new Float64Array(leaf.numel());
  });
}

function numericalJacobian(
  fn: Differentiable,
  inputs: readonly Tensor[],
  points: readonly Point[],
  input: number,
  eps: number,
): Jacobian[] {
  const valuesAt = (column: number, step: number): HostArray[] =>
    tidy(() =>
      enableGrad(() => {
        const moved = points[input].values.slice();
        moved[column] += step;
        return asList(fn(...leavesAt(inputs, points, input, moved))).map((output) => output.hostData());
      }),
    );
  const columns = points[input].values.length;
  let jacobians: Float64Array[][] | null = null;
  for (let column = 0; column < columns; column++) {
    const [above, below] = [valuesAt(column, eps), valuesAt(column, -eps)];
    jacobians ??= above.map((values) => Array.from(values, () => new Float64Array(columns)));
    jacobians.forEach((rows, output) =>
      rows.forEach((row, i) => (row[column] = (above[output][i] - below[output][i]) / (2 * eps))),
    );
  }
  return jacobians ?? [];
}

/** The entry that is furthest off, of those that are not close enough; null if there is none. */
function largestDeviation(expected: Jacobian, got: Jacobian, atol: number, rtol: number) {
  let worst = { row: 0, column: 0, expected: 0, got: 0, error: -1 };
  let [count, of] = [0, 0];
  expected.forEach((values, row) =>
    values.forEach((value, column) => {
      of++;
      const error = Math.abs(value - got[row][column]);
      if (error <= atol + rtol * Math.abs(value)) return;
      count++;
      // NaN counts as the largest
      if (worst.error < error || Number.isNaN(error))
        worst = { row, column, expected: value, got: got[row][column], error };
    }),
  );
  return count === 0 ? null : { ...worst, count, of };
}

function requireFloat64(name: string, inputs: readonly Tensor[]): void {
  const wrong = inputs.find((input) => input.backend.dtype !== 'float64');
  if (wrong) {
    throw new BackendError(
      `${name}: expected inputs on a float64 backend, since finite differences drown in the rounding of float32, ` +
        `got ${wrong.backend.name} (${wrong.backend.dtype}); make them inside withBackend('reference64', () => ...)`,
    );
  }
  if (!inputs.some((input) => input.requiresGrad)) {
    throw new AutogradError(
      `${name}: expected an input that requires a gradient, got ${inputs.length} without; call requiresGrad_() on what to check`,
    );
  }
}

function outputShapes(fn: Differentiable, inputs: readonly Tensor[]): Shape[] {
  return tidy(() => enableGrad(() => asList(fn(...inputs)).map((output) => output.shape)));
}

/** Random numbers in the shape of each output. */
function randomLike(fn: Differentiable, inputs: readonly Tensor[]): Tensor[] {
  const generator = new RandomGenerator(0);
  return outputShapes(fn, inputs).map((shape) => {
    const length = shape.reduce((a, b) => a * b, 1);
    const fill = (host: HostArray): void => void host.forEach((_, i) => (host[i] = 2 * generator.uniform() - 1));
    return new Tensor(inputs[0].backend.create(length, fill), shape);
  });
}

/** Element `at` as an index, `[1,0]`; '' for a scalar. */
function formatIndex(at: number, shape: Shape): string {
  if (shape.length === 0) return '';
  return formatShape(stridesOf(shape).map((stride, dim) => Math.floor(at / stride) % shape[dim]));
}

function asList(value: Tensor | readonly Tensor[]): readonly Tensor[] {
  return value instanceof Tensor ? [value] : value;
}
