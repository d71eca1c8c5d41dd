/** autograd.json: grad_i = d loss / d x_i, recorded, and gradgrad_i = d sum_j(sum(grad_j**2)) / d x_i. */
import { grad } from '../../src/autograd/backward.js';
import { add } from '../../src/ops/arithmetic.js';
import { zerosLike } from '../../src/ops/creation.js';
import { sum } from '../../src/ops/sum.js';
import { pow } from '../../src/ops/power.js';
import type { Run } from './backends.js';
import { evaluate } from './expression.js';
import type { GoldenFile } from '../../src/testing/index.js';

interface AutogradCase {
  readonly name: string;
  readonly loss: string;
  readonly inputs: number;
}

export function runAutograd(run: Run, file: GoldenFile): void {
  for (const c of file.meta<AutogradCase[]>('cases')) run.case(c.name, () => runSecondOrder(run, file, c));
}

function runSecondOrder(run: Run, file: GoldenFile, c: AutogradCase): void {
  const inputs = Array.from({ length: c.inputs }, (_, i) =>
    file.tensor(`${c.name}/in${i}`, run.backend).requiresGrad_(),
  );
  const first = grad(evaluate(c.loss, inputs), inputs, null, { createGraph: true });
  const squares = first.map((g) => sum(pow(g, 2))).reduce((a, b) => add(a, b));
  const second = grad(squares, inputs, null, { allowUnused: true });
  inputs.forEach((input, i) => {
    run.close(`${c.name}: gradient ${i}`, first[i], file.get(`${c.name}/grad${i}`));
    run.close(`${c.name}: second ${i}`, second[i] ?? zerosLike(input), file.get(`${c.name}/gradgrad${i}`));
  });
}
