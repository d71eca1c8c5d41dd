/**
 * Moving numbers to other places: padding, joining, picking by index, sorting. Each output number finds where it comes from.
 *
 *     scatterAdd gathers: out[r,i] = sum of g[r,o] over the o whose index is i, which are searched for
 *     argsort counts:     the number that so many others come before goes to that place
 */
import type { Band, CatDims, PadDims, PlaceDims, SortDims } from '../../../tensor/backend.js';
import type { Dialect, Program } from '../program.js';
import { places } from './elementwise.js';
import { checkExact, flatProgram, number, row, texelsFor } from './source.js';

/** x [outer,axis,inner] -> [outer,before+axis+after,inner]; the filling is the number `fill` */
export function padProgram(dialect: Dialect, { outer, axis, inner, before, after }: PadDims): Program {
  const all = before + axis + after;
  checkExact(outer * all * inner, 'padding');
  const line = (j: number) => {
    const { lines, names } = places(`e + ${j}`, `i${j}`, [outer, all, inner]);
    const [o, a, i] = names;
    return `
      ${lines.join('\n')}
      const a${j} = ${a} - ${before};
      const inside${j} = a${j} >= 0 && a${j} < ${axis};
      const at${j} = inside${j} ? (${o} * ${axis} + a${j}) * ${inner} + ${i} : 0;
      ${number(dialect, `v${j}`, 'x', `at${j}`)}`;
  };
  return flatProgram({
    arrays: { x: row(texelsFor(outer * axis * inner)) },
    numbers: ['fill'],
    count: outer * all * inner,
    line,
    value: (j) => `(a${j} >= 0 && a${j} < ${axis} ? v${j} : fill)`,
  });
}

/** a [outer,axes[0],inner] and b [outer,axes[1],inner] -> one after the other along the axis */
export function catProgram(dialect: Dialect, { outer, axes, inner }: CatDims): Program {
  const [first, second] = axes;
  const all = first + second;
  checkExact(outer * all * inner, 'joining tensors');
  const line = (j: number) => {
    const { lines, names } = places(`e + ${j}`, `i${j}`, [outer, all, inner]);
    const [o, a, i] = names;
    return `
      ${lines.join('\n')}
      const s${j} = ${a};
      const fromA${j} = s${j} < ${first} ? (${o} * ${first} + s${j}) * ${inner} + ${i} : 0;
      const fromB${j} = s${j} < ${first} ? 0 : (${o} * ${second} + s${j} - ${first}) * ${inner} + ${i};
      ${number(dialect, `a${j}`, 'a', `fromA${j}`)}
      ${number(dialect, `b${j}`, 'b', `fromB${j}`)}`;
  };
  return flatProgram({
    arrays: { a: row(texelsFor(outer * first * inner)), b: row(texelsFor(outer * second * inner)) },
    count: outer * all * inner,
    line,
    value: (j) => `(s${j} < ${first} ? a${j} : b${j})`,
  });
}

/** [count] class numbers -> [count,classes] */
export function oneHotProgram(dialect: Dialect, count: number, classes: number): Program {
  checkExact(count * classes, 'oneHot');
  const line = (j: number) => `
    const n${j} = quotient(e + ${j}, ${classes});
    const c${j} = e + ${j} - n${j} * ${classes};
    ${number(dialect, `v${j}`, 'x', `n${j}`)}`;
  return flatProgram({
    arrays: { x: row(texelsFor(count)) },
    count: count * classes,
    line,
    value: (j) => `(v${j} === c${j} ? 1 : 0)`,
  });
}

/** x [rows,size], places [rows,count] -> [rows,count] */
export function gatherProgram(dialect: Dialect, { rows, size, count }: PlaceDims): Program {
  checkExact(Math.max(rows * size, rows * count), 'gather');
  const line = (j: number) => `
    const r${j} = quotient(e + ${j}, ${count});
    ${number(dialect, `k${j}`, 'places', `e + ${j}`)}
    const inside${j} = k${j} >= 0 && k${j} < ${size} ? 1 : 0;
    const at${j} = inside${j} > 0 ? r${j} * ${size} + k${j} : 0;
    ${number(dialect, `v${j}`, 'x', `at${j}`)}`;
  return flatProgram({
    arrays: { x: row(texelsFor(rows * size)), places: row(texelsFor(rows * count)) },
    count: rows * count,
    line,
    value: (j) => `(inside${j} > 0 ? v${j} : 0)`,
  });
}

/** g [rows,count], places alike -> [rows,size] */
export function scatterAddProgram(dialect: Dialect, { rows, size, count }: PlaceDims): Program {
  checkExact(Math.max(rows * size, rows * count), 'scatterAdd');
  const line = (j: number) => `
    const r${j} = quotient(e + ${j}, ${size});
    const i${j} = e + ${j} - r${j} * ${size};
    let s${j} = 0;
    for (let o = 0; o < ${count}; o++) {
      const at = r${j} * ${count} + o;
      ${number(dialect, 'k', 'places', 'at')}
      if (k === i${j}) {
        ${number(dialect, 'v', 'g', 'at')}
        s${j} = s${j} + v;
      }
    }`;
  return flatProgram({
    arrays: { g: row(texelsFor(rows * count)), places: row(texelsFor(rows * count)) },
    count: rows * size,
    line,
  });
}

/** x [rows,size] -> for each number how many of its row come before it */
export function rankProgram(dialect: Dialect, { rows, size, descending }: SortDims): Program {
  checkExact(rows * size, 'sorting');
  const [x, y] = descending ? ['v', 'w'] : ['w', 'v'];
  // NaN is the greatest; equal ones keep their order
  const before = `(${x} < ${y} || (isNan(${y}) > 0 && isNan(${x}) < 1))`;
  const equal = '(w === v || (isNan(w) > 0 && isNan(v) > 0))';
  const line = (j: number) => `
    const r${j} = quotient(e + ${j}, ${size});
    const i${j} = e + ${j} - r${j} * ${size};
    ${number(dialect, `v${j}`, 'x', `e + ${j}`)}
    let s${j} = 0;
    for (let o = 0; o < ${size}; o++) {
      ${number(dialect, 'w', 'x', `r${j} * ${size} + o`)}
      const v = v${j};
      if (${before} || (${equal} && o < i${j})) { s${j} = s${j} + 1; }
    }`;
  return flatProgram({
    arrays: { x: row(texelsFor(rows * size)) },
    count: rows * size,
    line,
  });
}

/** ranks [rows,size] -> the place of the number of each rank */
export function placesOfRanksProgram(dialect: Dialect, { rows, size }: SortDims): Program {
  const line = (j: number) => `
    const r${j} = quotient(e + ${j}, ${size});
    const i${j} = e + ${j} - r${j} * ${size};
    let s${j} = 0;
    for (let o = 0; o < ${size}; o++) {
      ${number(dialect, 'w', 'x', `r${j} * ${size} + o`)}
      if (w === i${j}) { s${j} = o; }
    }`;
  return flatProgram({
    arrays: { x: row(texelsFor(rows * size)) },
    count: rows * size,
    line,
  });
}

/** x [outer,columns,inner], the band's weights [rows,taps], [rows] first columns and [rows] counts -> [outer,rows,inner] */
export function bandProgram(
  dialect: Dialect,
  { rows, taps }: Pick<Band, 'rows' | 'taps'>,
  { outer, axis, inner }: { readonly outer: number; readonly axis: number; readonly inner: number },
): Program {
  checkExact(Math.max(outer * axis * inner, outer * rows * inner, rows * taps), 'pooling or resampling');
  const line = (j: number) => {
    const { lines, names } = places(`e + ${j}`, `i${j}`, [outer, rows, inner]);
    const [o, r, i] = names;
    return `
      ${lines.join('\n')}
      const r${j} = ${r};
      ${number(dialect, `start${j}`, 'starts', `r${j}`)}
      ${number(dialect, `count${j}`, 'counts', `r${j}`)}
      const first${j} = (${o} * ${axis} + start${j}) * ${inner} + ${i};
      let s${j} = 0;
      for (let t = 0; t < ${taps}; t++) {
        if (t < count${j}) {
          ${number(dialect, 'w', 'weights', `r${j} * ${taps} + t`)}
          ${number(dialect, 'v', 'x', `first${j} + t * ${inner}`)}
          s${j} = s${j} + w * v;
        }
      }`;
  };
  return flatProgram({
    arrays: {
      x: row(texelsFor(outer * axis * inner)),
      weights: row(texelsFor(rows * taps)),
      starts: row(texelsFor(rows)),
      counts: row(texelsFor(rows)),
    },
    count: outer * rows * inner,
    line,
  });
}
