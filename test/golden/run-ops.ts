/** ops.json: each op forward, and the gradient of sum(output * grad_output) with respect to every input. */
import { grad } from '../../src/autograd/backward.js';
import { Args } from './args.js';
import type { Run } from './backends.js';
import { opTable } from './op-table.js';
import type { GoldenFile } from '../../src/testing/index.js';

interface OpCase {
  readonly name: string;
  readonly op: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly inputs: readonly string[];
  readonly grad_inputs: readonly (string | null)[];
  readonly output: string;
  readonly grad_output?: string;
}

export function runOps(run: Run, file: GoldenFile): void {
  for (const c of file.meta<OpCase[]>('cases')) {
    run.case(c.name, () => runOp(run, file, c));
  }
}

function runOp(run: Run, file: GoldenFile, c: OpCase): void {
  const op = opTable[c.op];
  if (!op) throw new Error(`the runner has no op ${c.op}; add it to op-table.ts`);
  const inputs = c.inputs.map((name, i) =>
    file.tensor(name, run.backend).requiresGrad_(c.grad_inputs[i] !== null && c.grad_inputs[i] !== undefined),
  );
  const args = new Args(c.args);
  const out = op(inputs, args);
  args.end();
  run.close(`${c.name}: output`, out, file.get(c.output));

  const wanted = c.grad_inputs.flatMap((name, i) => (name === null ? [] : [{ name, i }]));
  if (c.grad_output === undefined) {
    if (wanted.length > 0) throw new Error('it has gradients of inputs, but no grad_output');
    return;
  }
  const gradients = grad(
    out,
    wanted.map(({ i }) => inputs[i]),
    file.tensor(c.grad_output, run.backend),
  );
  wanted.forEach(({ name, i }, k) => run.close(`${c.name}: gradient of input ${i}`, gradients[k], file.get(name)));
}
