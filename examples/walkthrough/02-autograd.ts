/** Chapter 2: reverse-mode differentiation in one screen, and the same by the engine. */
import { applyColorMap, contactSheet, linspace, type Tensor } from 'backlight';
import { greyPicture, type Chapter } from './chapter.js';

// #region value
/** A number that remembers what it was computed from. */
class Value {
  grad = 0;

  /** @param rule from this value's gradient to one for each parent */
  constructor(
    readonly data: number,
    readonly parents: readonly Value[] = [],
    readonly rule: (grad: number) => readonly number[] = () => [],
  ) {}

  mul(other: Value): Value {
    return new Value(this.data * other.data, [this, other], (grad) => [grad * other.data, grad * this.data]);
  }

  sin(): Value {
    return new Value(Math.sin(this.data), [this], (grad) => [grad * Math.cos(this.data)]);
  }

  backward(): void {
    const order: Value[] = []; // parents before what was computed from them
    const seen = new Set<Value>();
    const visit = (value: Value): void => {
      if (seen.has(value)) return;
      seen.add(value);
      value.parents.forEach(visit);
      order.push(value);
    };
    visit(this);
    this.grad = 1;
    for (const value of order.reverse()) {
      value.rule(value.grad).forEach((grad, i) => (value.parents[i].grad += grad));
    }
  }
}
// #endregion value

interface Facts {
  readonly largestError: number;
  readonly nodes: readonly string[];
}

export function run(): Promise<Chapter<Facts>> {
  // #region engine
  const side = 160;
  const line = linspace(-2, 2, side);
  const x = line.reshape([1, side]).expand([side, side]).requiresGrad_(); // grows to the right
  const y = line.neg().reshape([side, 1]).expand([side, side]).requiresGrad_(); // grows upwards
  const p = x.mul(y);
  const z = p.sin().mul(p);
  z.sum().backward(); // x.grad and y.grad: the slopes at 160 x 160 places
  // #endregion engine

  const [xs, ys] = [x.dataSync(), y.dataSync()];
  const [dx, dy] = [x, y].map(({ grad }) => grad?.dataSync() ?? new Float32Array());
  let largestError = 0;
  for (let i = 0; i < xs.length; i += 97) {
    // #region by-value
    const [a, b] = [new Value(xs[i]), new Value(ys[i])];
    const product = a.mul(b);
    product.sin().mul(product).backward(); // product is used twice: its two gradients are added
    // #endregion by-value
    largestError = Math.max(largestError, Math.abs(a.grad - dx[i]), Math.abs(b.grad - dy[i]));
  }

  const tile = (title: string, values: Float32Array) => ({
    title,
    picture: applyColorMap(greyPicture(side, side, values), 'viridis'),
  });
  const tiles = [tile('sin(xy) xy', z.dataSync()), tile('d / dx', dx), tile('d / dy', dy)];
  return Promise.resolve({
    pictures: { '02-gradients': contactSheet(tiles, { tileSize: 220 }) },
    facts: { largestError, nodes: chain(z) },
  });
}

/** The names of the nodes from a result to a leaf, along the first edges. */
function chain(result: Tensor): string[] {
  const names: string[] = [];
  for (let node = result.node; node; node = node.edges[0]?.node ?? null) names.push(node.name);
  return names;
}
