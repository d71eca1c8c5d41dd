/**
 * No op keeps memory alive longer than its graph: storages are counted for every row of op-cases.ts.
 *
 * The forward pass is in a scope, which frees handles; what its graph has saved must go with the backward pass. That is
 * outside of any scope, so that nothing but the engine frees what it makes, recorded or not.
 */
import t from 'tap';
import { backward, grad } from '../../src/autograd/backward.js';
import { noGrad } from '../../src/autograd/grad-mode.js';
import { withBackend } from '../../src/backends/active.js';
import { keep, tidy } from '../../src/tensor/memory.js';
import { Tensor } from '../../src/tensor/tensor.js';
import { candidate } from '../backends/under-test.js';
import { opCases } from '../ops/op-cases.js';

type OpCase = (typeof opCases)[string][number];

const backend = candidate();
const live = (): number => backend.info().storages;
const onesLike = (x: Tensor): Tensor => new Tensor(backend.full(x.numel(), 1), x.shape);

/** How many storages each stage of a row leaves behind. */
interface Left {
  readonly stage: string;
  readonly storages: number;
}

function count({ inputs, run: op }: OpCase): Left[] {
  const leaves = tidy(() => inputs().map((input) => input.requiresGrad_()));
  const run = (): Tensor => tidy(() => op(...leaves));
  const dispose = (tensors: readonly (Tensor | null)[]): void => {
    // an op that has nothing to do may return its input
    for (const tensor of tensors) if (tensor && !leaves.includes(tensor)) tensor.dispose();
  };
  const clear = (): void => {
    for (const leaf of leaves) {
      leaf.grad?.dispose();
      leaf.grad = null;
    }
  };
  tidy(() => void run()); // what a backend caches, it has cached now
  const before = live();
  const own = (out: Tensor): number => (leaves.some((leaf) => leaf.storage === out.storage) ? 0 : 1);
  const left: Left[] = [];
  const note = (stage: string, expected: number): void =>
    void left.push({ stage, storages: live() - before - expected });

  const plain = noGrad(() => run());
  note('noGrad, with the output alive', own(plain));
  dispose([plain]);
  note('noGrad', 0);

  const out = run();
  using ones = onesLike(out);
  backward(out, ones);
  note('backward, with the output and the gradients alive', own(out) + 1 + leaves.filter((leaf) => leaf.grad).length);
  dispose([out]);
  clear();
  note('backward', 1);

  const recorded = run();
  const gradients = grad(recorded, leaves, ones, { createGraph: true, allowUnused: true });
  const roots = [recorded, ...gradients.filter((gradient) => gradient?.requiresGrad)].filter((root) => root !== null);
  const seeds = roots.map(onesLike);
  backward(roots, seeds);
  dispose([recorded, ...gradients, ...seeds]);
  clear();
  note('createGraph and a second backward', 1);
  dispose(leaves);
  for (const leaf of leaves) leaf.dispose();
  return left;
}

for (const [name, cases] of Object.entries(opCases)) {
  t.test(name, async (t) => {
    for (const [i, row] of cases.entries()) {
      const left = withBackend(backend, () => count(row));
      t.same(
        left,
        left.map(({ stage }) => ({ stage, storages: 0 })),
        `case ${i}`,
      );
    }
  });
}

t.test('a leak is seen', async (t) => {
  const leaking: OpCase = {
    inputs: () => [onesLike(new Tensor(backend.full(2, 1), [2]))],
    run: (x) => {
      keep(new Tensor(backend.full(1, 0), []));
      return x;
    },
  };
  t.ok(count(leaking).every(({ storages }) => storages > 0));
});
