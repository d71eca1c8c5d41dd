/**
 * Sums and maxima along the middle axis of [outer, axis, inner], in steps: each thread goes over at most some dozens of numbers, and
 * the parts are reduced again. So long sums keep their digits, as pairwise ones do, and enough threads have work.
 *
 *     [outer, axis, inner] -> [outer, parts, inner] -> ... -> [outer, inner]
 */
import type { ReduceOp } from '../../../tensor/backend.js';
import type { GpuMachine } from '../machine.js';
import type { DeviceArray, Dialect, Program } from '../program.js';
import { places } from './elementwise.js';
import { checkExact, each, eachLine, flatProgram, makeProgram, number, row, texel, texelsFor } from './source.js';

/** The longest axis that one thread goes along. */
const MOST = 64;

interface Step {
  readonly outer: number;
  readonly axis: number;
  readonly inner: number;
  /** How many numbers of the axis a part has. */
  readonly size: number;
}

/** x [outer,axis,inner] -> [outer,inner], both flat. Does not free x. */
export function reduceAxis(
  machine: GpuMachine,
  op: ReduceOp,
  x: DeviceArray,
  dims: { readonly outer: number; readonly axis: number; readonly inner: number },
): DeviceArray {
  const { outer, axis, inner } = dims;
  const size = axis <= MOST ? axis : 4 * Math.ceil(Math.min(Math.sqrt(axis), MOST) / 4);
  const parts = Math.max(Math.ceil(axis / Math.max(size, 1)), 1);
  const step = { outer, axis, inner, size };
  const array = machine.run(`reduce ${op} ${outer},${axis},${inner}`, () => stepProgram(machine.dialect, op, step), [
    x,
  ]);
  if (parts === 1) return array;
  return machine.through([array], () => reduceAxis(machine, op, array, { outer, axis: parts, inner }));
}

const FIRST: Record<ReduceOp, string> = { sum: '0', max: '-inf' };

function join(op: ReduceOp, sum: string, value: string): string {
  if (op === 'sum') return `${sum} = ${sum} + ${value};`;
  return `if (${value} > ${sum} || isNan(${value}) > 0) { ${sum} = ${value}; }`;
}

function stepProgram(dialect: Dialect, op: ReduceOp, step: Step): Program {
  const { axis, inner, size } = step;
  if (inner % 4 === 0) return columnsProgram(dialect, op, step);
  if (inner === 1 && axis % 4 === 0 && size % 4 === 0) return rowsProgram(dialect, op, step);
  return numbersProgram(dialect, op, step);
}

/** Four neighbours along `inner` at once. */
function columnsProgram(dialect: Dialect, op: ReduceOp, { outer, axis, inner, size }: Step): Program {
  const parts = Math.ceil(axis / Math.max(size, 1));
  const columns = inner / 4;
  const inside = axis % Math.max(size, 1) === 0 ? '' : `if (part * ${size} + a < ${axis})`;
  return makeProgram({
    arrays: { x: [columns, Math.max(outer * axis, 1)] },
    output: [columns, outer * Math.max(parts, 1)],
    body: `
      const o = quotient(this.thread.y, ${Math.max(parts, 1)});
      const part = this.thread.y - o * ${Math.max(parts, 1)};
      const first = o * ${axis} + part * ${size};
      ${eachLine((j) => `let s${j} = ${FIRST[op]};`)}
      for (let a = 0; a < ${size}; a++) {
        ${inside} {
          const v = ${texel(dialect, 'x', '(first + a)', 'this.thread.x')};
          ${eachLine((j) => `const v${j} = v[${j}]; ${join(op, `s${j}`, `v${j}`)}`)}
        }
      }
      return [${each((j) => `s${j}`)}];`,
  });
}

/** Four neighbours along the axis at once, where that is the innermost. */
function rowsProgram(dialect: Dialect, op: ReduceOp, { outer, axis, size }: Step): Program {
  const parts = Math.ceil(axis / size);
  const count = outer * parts;
  const inside = axis % size === 0 ? '' : `if (4 * a + part * ${size} < ${axis})`;
  const line = (j: number) => `
    const o${j} = quotient(e + ${j}, ${parts});
    ${inside ? `part = e + ${j} - o${j} * ${parts};` : ''}
    const first${j} = ${parts === 1 ? '0' : `(e + ${j} - o${j} * ${parts}) * ${size / 4}`};
    let s${j} = ${FIRST[op]};
    for (let a = 0; a < ${size / 4}; a++) {
      ${inside} {
        const v = ${texel(dialect, 'x', `o${j}`, `(first${j} + a)`)};
        ${eachLine((k) => `const v${k} = v[${k}]; ${join(op, `s${j}`, `v${k}`)}`)}
      }
    }`;
  return makeProgram({
    arrays: { x: [axis / 4, outer] },
    output: row(texelsFor(count)),
    body: `
      const e = this.thread.x * 4;
      ${inside ? 'let part = 0;' : ''}
      ${eachLine(line)}
      return [${each((j) => `s${j}`)}];`,
  });
}

/** One number at a time. */
function numbersProgram(dialect: Dialect, op: ReduceOp, { outer, axis, inner, size }: Step): Program {
  const parts = Math.max(Math.ceil(axis / Math.max(size, 1)), 1);
  const count = outer * parts * inner;
  checkExact(Math.max(outer * axis * inner, count), 'a reduction of rows that are no multiple of four');
  const inside =
    axis % Math.max(size, 1) === 0 ? '' : (j: number) => `if (${j >= 0 ? `part${j}` : ''} * ${size} + a < ${axis})`;
  const line = (j: number) => {
    const { lines, names } = places(`e + ${j}`, `i${j}`, [outer, parts, inner]);
    const [o, part, i] = names;
    return `
      ${lines.join('\n')}
      const part${j} = ${part};
      const first${j} = (${o} * ${axis} + part${j} * ${size}) * ${inner} + ${i};
      let s${j} = ${FIRST[op]};
      for (let a = 0; a < ${size}; a++) {
        ${inside ? inside(j) : ''} {
          ${number(dialect, 'v', 'x', `first${j} + a * ${inner}`)}
          ${join(op, `s${j}`, 'v')}
        }
      }`;
  };
  return flatProgram({
    arrays: { x: row(texelsFor(outer * axis * inner)) },
    count,
    line,
  });
}
