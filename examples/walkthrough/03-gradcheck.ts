/** Chapter 3: an op of one's own, its gradient, and how to know that the gradient is right. */
import {
  contactSheet,
  gradcheck,
  gradgradcheck,
  linspace,
  noGrad,
  record,
  tensor,
  tidy,
  withBackend,
  type BackendName,
  type Tensor,
} from 'backlight';
import { largestDifference, type Chapter } from './chapter.js';
import { amber, blue, plot, red } from './plot.js';

// #region snake
/** x + sin(x)^2, an activation function with a ripple. x [..] -> [..] */
function snake(x: Tensor): Tensor {
  const out = noGrad(() => tidy(() => x.sin().square().add(x)));
  return record('Snake', out, [x], [x], [(grad, x) => grad.mul(x.mul(2).sin().add(1))]);
}
// #endregion snake

// #region wrong
/** The same with a slip: d sin(x)^2 / dx is 2 sin(x) cos(x), and here the 2 is missing. */
function wrongSnake(x: Tensor): Tensor {
  const out = noGrad(() => tidy(() => x.sin().square().add(x)));
  return record('Snake', out, [x], [x], [(grad, x) => grad.mul(x.sin().mul(x.cos()).add(1))]);
}
// #endregion wrong

interface Facts {
  readonly agrees: boolean;
  readonly secondAgrees: boolean;
  readonly message: string;
  readonly gradientError: number;
  readonly bestError: { readonly float32: number; readonly float64: number };
}

export function run(): Promise<Chapter<Facts>> {
  // #region check
  const { agrees, secondAgrees, message } = withBackend('reference64', () => {
    const x = tensor([-2, -0.5, 0, 1, 3], { requiresGrad: true });
    return {
      agrees: gradcheck(snake, [x]),
      secondAgrees: gradgradcheck(snake, [x]),
      message: messageOf(() => gradcheck(wrongSnake, [x])),
    };
  });
  // #endregion check

  // #region curve
  const x = linspace(-4, 4, 161).requiresGrad_();
  const y = snake(x);
  y.sum().backward();
  // #endregion curve
  const [xs, ys, slopes] = [x, y, x.grad].map((values) => [...(values?.dataSync() ?? [])]);
  const points = (values: readonly number[]) => values.map((value, i): [number, number] => [xs[i], value]);

  const exponents = Array.from({ length: 45 }, (_, i) => -1 - i / 4);
  const errors = (backend: BackendName) =>
    exponents.map((exponent): [number, number] => [
      exponent,
      Math.log10(Math.max(1e-16, differenceError(backend, 10 ** exponent))),
    ]);
  const [float32, float64] = [errors('reference'), errors('reference64')];
  const best = (list: readonly (readonly [number, number])[]) => 10 ** Math.min(...list.map(([, error]) => error));

  const curves = plot(
    [
      { points: points(ys), color: blue },
      { points: points(slopes), color: amber },
      {
        points: points(slopes.map((_, i) => slopeByDifference(ys, i))).filter((_, i) => i % 8 === 4),
        color: red,
        dots: true,
      },
    ],
    { x: [-4, 4], y: [-4, 5] },
    [1, 1],
  );
  const steps = plot(
    [
      { points: float32, color: red },
      { points: float64, color: blue },
    ],
    { x: [-12, -1], y: [-12, 0] },
    [1, 2],
  );
  return Promise.resolve({
    pictures: {
      '03-gradcheck': contactSheet(
        [
          { title: 'snake (blue), its gradient', picture: curves },
          { title: 'log error against log step', picture: steps },
        ],
        { tileSize: 400 },
      ),
    },
    facts: {
      agrees,
      secondAgrees,
      message,
      gradientError: largestDifference(
        slopes,
        xs.map((value) => 1 + Math.sin(2 * value)),
      ),
      bestError: { float32: best(float32), float64: best(float64) },
    },
  });
}

// #region difference
/** How far (f(x + h) - f(x - h)) / 2h is from the true derivative, computed on a backend. */
function differenceError(backend: BackendName, h: number): number {
  return withBackend(backend, () =>
    tidy(() => {
      const [at, step] = [tensor([1]), tensor([h])];
      const difference = snake(at.add(step)).sub(snake(at.sub(step)));
      return Math.abs(difference.item() / (2 * h) - (1 + Math.sin(2)));
    }),
  );
}
// #endregion difference

/** From the neighbours of a point on a curve whose points are 0.05 apart. */
function slopeByDifference(values: readonly number[], i: number): number {
  return i === 0 || i === values.length - 1 ? NaN : (values[i + 1] - values[i - 1]) / 0.1;
}

function messageOf(body: () => unknown): string {
  try {
    body();
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
