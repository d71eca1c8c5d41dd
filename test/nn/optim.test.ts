/** SGD, Adam and AdamW, against PyTorch 2.13 in float64 and against the formulas. */
import t, { type Test } from 'tap';
import { withBackend } from '../../src/backends/active.js';
import { Linear } from '../../src/nn/layers.js';
import { Adam, AdamW, type AdamOptions } from '../../src/nn/optim/adam.js';
import { SGD, type SgdOptions } from '../../src/nn/optim/sgd.js';
import { tensor } from '../../src/ops/creation.js';
import '../../src/ops/methods.js';
import { tidy } from '../../src/tensor/memory.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { candidate } from '../backends/under-test.js';

const close = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-12 * Math.max(1, Math.abs(b));
const parameter = (values: number[]): Tensor => tensor(values, { requiresGrad: true });

type Make = (params: Tensor[]) => Adam | SGD;

/** The parameter after each step from [1, -2] with the same gradients. */
function path(make: Make): number[][] {
  return withBackend('reference64', () => {
    const p = parameter([1, -2]);
    const optimizer = make([p]);
    return gradients.map((gradient) => {
      p.grad = tensor(gradient);
      optimizer.step();
      return [...p.hostData()];
    });
  });
}

const gradients = [
  [1, 2],
  [3, -1],
  [0.5, 0.5],
  [-2, 0.1],
];

function isPath(t: Pick<Test, 'ok'>, make: Make, expected: number[][], name: string): void {
  const found = path(make).slice(0, expected.length);
  t.ok(
    expected.flat().every((value, i) => close(found.flat()[i], value)),
    `${name}: ${JSON.stringify(found)}`,
  );
}

t.test('SGD: three steps as in PyTorch', async (t) => {
  const cases: [Partial<SgdOptions> & { lr: number }, number[][]][] = [
    [
      { lr: 0.1 },
      [
        [0.9, -2.2],
        [0.6, -2.1],
        [0.55, -2.15],
      ],
    ],
    [
      { lr: 0.1, momentum: 0.9 },
      [
        [0.9, -2.2],
        [0.51, -2.28],
        [0.109, -2.402],
      ],
    ],
    [
      { lr: 0.1, momentum: 0.9, dampening: 0.5 },
      [
        [0.9, -2.2],
        [0.66, -2.33],
        [0.419, -2.472],
      ],
    ],
    [
      { lr: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.01 },
      [
        [0.8081, -2.3762],
        [0.15475461, -2.34206522],
        [-0.257822984759, -2.494032574082],
      ],
    ],
    [
      { lr: 0.1, weightDecay: 0.5 },
      [
        [0.85, -2.1],
        [0.5075, -1.895],
        [0.432125, -1.85025],
      ],
    ],
    [
      { lr: 0.1, maximize: true, momentum: 0.9, weightDecay: 0.01, nesterov: true },
      [
        [1.1881, -1.6162],
        [1.83603261, -1.63950922],
        [2.241752787041, -1.473827030482],
        [2.179294045431522, -1.3493883468558843],
      ],
    ],
  ];
  for (const [options, expected] of cases) {
    isPath(t, (params) => new SGD(params, options), expected, JSON.stringify(options));
  }
});

t.test('Adam and AdamW: four steps as in PyTorch', async (t) => {
  const cases: [typeof Adam, Partial<AdamOptions>, number[][]][] = [
    [
      Adam,
      {},
      [
        [0.900000001, -2.0999999995],
        [0.8082218895123323, -2.1266337032975686],
        [0.7281666556375341, -2.1606766178610575],
        [0.7033784804899157, -2.1910731860171113],
      ],
    ],
    [
      Adam,
      { betas: [0.5, 0.75], eps: 0.01, weightDecay: 0.5 },
      [
        [0.9006622516556291, -2.099009900990099],
        [0.800544859827883, -2.0379546533390056],
        [0.7223078931643827, -1.982044790325764],
        [0.7259859144659044, -1.9128782364127406],
      ],
    ],
    [
      Adam,
      { betas: [0.9, 0.5], amsgrad: true },
      [
        [0.900000001, -2.0999999995],
        [0.8184366930206207, -2.1257841018977177],
        [0.754928127760567, -2.1555610076001974],
        [0.7341425213325319, -2.179411386322162],
      ],
    ],
    [
      Adam,
      { maximize: true, weightDecay: 0.5 },
      [
        [1.099999998, -1.9000000003333333],
        [1.1863043356587213, -1.8342441651056955],
        [1.2505921605789951, -1.7609874904724376],
        [1.2448188166672212, -1.6869582851286358],
      ],
    ],
    [
      AdamW,
      {},
      [
        [0.899000001, -2.0979999995],
        [0.8063228895113324, -2.1225357032980683],
        [0.7254613327470228, -2.154456082158259],
        [0.6999476962666574, -2.1826981942321546],
      ],
    ],
    [
      AdamW,
      { weightDecay: 0.5, amsgrad: true, maximize: true, betas: [0.8, 0.5] },
      [
        [1.049999999, -1.8000000004999999],
        [1.0813870479974526, -1.6895875860768066],
        [1.0895865184140836, -1.5785422614072562],
        [1.0476283882277821, -1.4791126611451773],
      ],
    ],
  ];
  for (const [Kind, options, expected] of cases) {
    isPath(
      t,
      (params) => new Kind(params, { lr: 0.1, ...options }),
      expected,
      `${Kind.name} ${JSON.stringify(options)}`,
    );
  }
  t.same(
    new Adam([parameter([1])]).paramGroups.map(({ lr, weightDecay }) => [lr, weightDecay]),
    [[0.001, 0]],
  );
  t.same(
    new AdamW([parameter([1])]).paramGroups.map(({ lr, weightDecay }) => [lr, weightDecay]),
    [[0.001, 0.01]],
  );
});

t.test('AdamW: groups with options of their own, and a group that comes later counts its own steps', async (t) => {
  withBackend('reference64', () => {
    const [a, b, c, d] = [1, 1, 1, 1].map((value) => parameter([value]));
    const groups = [
      { params: [a] },
      { params: [b], lr: 0.5, betas: [0.5, 0.5] as const },
      { params: [c], weightDecay: 0 },
    ];
    const optimizer = new AdamW(groups, { lr: 0.25, weightDecay: 0.1 });
    const step = (gradient: number, parameters: Tensor[]) => {
      for (const p of parameters) p.grad = tensor([gradient]);
      optimizer.step();
      return parameters.map((p) => p.item());
    };
    step(1, [a, b, c]);
    const two = [0.8304224602093603, 0.7586330927004712, 0.8735474602718604];
    step(-3, [a, b, c]).forEach((value, i) => t.ok(close(value, two[i])));
    optimizer.addParamGroup({ params: [d], weightDecay: 0 });
    const three = [0.8790364467627108, 0.847474575524725, 0.9429220083304448, 0.750000005];
    step(0.5, [a, b, c, d]).forEach((value, i) => t.ok(close(value, three[i]), `${value}, ${three[i]}`));
    t.throws(() => optimizer.addParamGroup({ params: [a] }), { message: /each parameter once/ });
    t.equal(optimizer.paramGroups.length, 4, 'a group that is refused is not there');
  });
});

t.test('parameter groups have options of their own', async (t) => {
  const [a, b, c] = [parameter([1]), parameter([1]), parameter([1])];
  const optimizer = new SGD([{ params: [a] }, { params: [b], lr: 0.5 }, { params: [c], weightDecay: 1 }], { lr: 0.25 });
  t.same(
    optimizer.paramGroups.map(({ lr, weightDecay }) => [lr, weightDecay]),
    [
      [0.25, 0],
      [0.5, 0],
      [0.25, 1],
    ],
  );
  for (const p of [a, b, c]) p.grad = tensor([1]);
  optimizer.step();
  t.same(
    [a, b, c].map((p) => p.item()),
    [0.75, 0.5, 0.5],
  );
});

t.test('parameters without a gradient stay, whatever the weight decay', async (t) => {
  const [a, b] = [parameter([1]), parameter([1])];
  const optimizer = new SGD([a, b], { lr: 0.5, weightDecay: 1 });
  a.grad = tensor([1]);
  optimizer.step();
  t.same([a.item(), b.item()], [0, 1]);
  optimizer.zeroGrad();
  t.same([a.grad, b.grad], [null, null]);
  optimizer.step();
  t.equal(a.item(), 0);
});

t.test("SGD's learning rate is 0.001 by default, as in PyTorch", async (t) => {
  t.equal(new SGD([parameter([1])]).paramGroups[0].lr, 1e-3);
});

t.test('wrong options are errors', async (t) => {
  const p = [parameter([1])];
  const cases: [() => unknown, RegExp][] = [
    [() => new SGD([], { lr: 1 }), /optimizer: expected at least one parameter, got none/],
    [() => new SGD(p, { lr: -1 }), /SGD: expected a learning rate of at least 0, got -1/],
    [() => new SGD(p, { lr: NaN }), /at least 0, got NaN/],
    [() => new SGD(p, { lr: 1, nesterov: true }), /Nesterov needs a momentum above 0 and no dampening, got 0 and 0/],
    [() => new SGD(p, { lr: 1, nesterov: true, momentum: 0.9, dampening: 0.1 }), /got 0.9 and 0.1/],
    [() => new SGD(p, { momentum: -0.9 }), /SGD: expected a momentum of at least 0, got -0.9/],
    [() => new SGD([{ params: p, weightDecay: -1 }]), /SGD: expected a weightDecay of at least 0, got -1/],
    [() => new SGD(p, { weightDecay: NaN }), /SGD: expected a weightDecay of at least 0, got NaN/],
    [() => new SGD([...p, ...p], { lr: 1 }), /each parameter once/],
    [() => new SGD([p[0].mul(2)], { lr: 1 }), /expected leaves, .* got a tensor of shape \[1\]/],
    [() => new Adam(p, { lr: -1 }), /Adam: expected a learning rate of at least 0, got -1/],
    [() => new AdamW(p, { betas: [0.9, 1] }), /AdamW: expected two betas from 0 up to but without 1, got 0.9, 1/],
    [() => new Adam(p, { eps: -1 }), /Adam: expected an eps of at least 0, got -1/],
    [() => new AdamW([{ params: p, weightDecay: -1 }]), /AdamW: expected a weightDecay of at least 0, got -1/],
  ];
  for (const [run, message] of cases) t.throws(run, { name: 'ShapeError', message });
});

t.test('training a line: y = 2x - 1 is found, and memory stays as it was', async (t) => {
  const live = () => candidate().info().storages;
  const x = tensor([[-1], [0], [1], [2]]);
  const y = tensor([[-3], [-1], [1], [3]]);
  const optimizers: [Make, buffers: number][] = [
    [(params) => new SGD(params, { lr: 0.05, momentum: 0.9 }), 1],
    [(params) => new Adam(params, { lr: 0.1 }), 2],
    [(params) => new AdamW(params, { lr: 0.1, amsgrad: true, weightDecay: 0 }), 3],
  ];
  for (const [make, buffers] of optimizers) {
    const layer = new Linear(1, 1);
    const optimizer = make(layer.parameters());
    const step = (): number =>
      tidy(() => {
        optimizer.zeroGrad();
        const error = layer.call(x).sub(y);
        const loss = error.mul(error).mean();
        loss.backward();
        optimizer.step();
        return loss.item();
      });
    const first = step();
    const before = live();
    for (let i = 0; i < 300; i++) step();
    t.equal(live(), before);
    t.ok(step() < 1e-6 && first > 1e-3, `the loss was ${first}`);
    t.ok(Math.abs(layer.weight.item() - 2) < 1e-3 && Math.abs((layer.bias?.item() ?? 0) + 1) < 1e-3);
    optimizer.dispose();
    t.equal(live(), before - 2 * buffers, 'what was remembered of weight and bias is gone');
  }
});
