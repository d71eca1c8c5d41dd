/**
 * Between the forms of a tensor (see ../gpu-storage.ts).
 *
 *     flat     | x0 x1 x2 x3 | x4 x5 x6 x7 | ...                            row-major, whatever the shape
 *
 *     packed   row n*H + y:   | c0 c1 c2 c3 | c4 c5 c6 0 |   | c0 c1 c2 c3 | c4 c5 c6 0 | ...
 *                             '------- x = 0, C = 7 -----'   '-------- x = 1 ----------'
 *
 *     rows     row r:         | m(r,0) .. m(r,3) | m(r,4) 0 0 0 |           here 5 columns
 */
import type { Images, Matrix } from '../gpu-storage.js';
import type { GpuMachine } from '../machine.js';
import type { DeviceArray, Dialect, Program } from '../program.js';
import { imagesSize, numberOfImages } from './images.js';
import { checkExact, each, eachLine, flatProgram, makeProgram, number, row, texel, texelsFor } from './source.js';

/** flat [N,C,H,W] -> packed */
export function packImages(machine: GpuMachine, flat: DeviceArray, images: Images): DeviceArray {
  const { batch, channels, height, width } = images;
  const groups = texelsFor(channels);
  const plane = height * width;
  const { dialect } = machine;
  // where planes are whole texels, plane and place stay apart, and neither can become too large
  const whole = plane % 4 === 0;
  if (!whole) checkExact(batch * channels * plane, 'images whose height times width is no multiple of four');
  const value = (j: number) =>
    whole
      ? `const v${j} = ${texel(dialect, 'x', `(n * ${channels} + c + ${j})`, 'q')}; const e${j} = component(v${j}, place - 4 * q);`
      : number(dialect, `e${j}`, 'x', `(n * ${channels} + c + ${j}) * ${plane} + place`);
  return machine.run(
    `pack ${batch},${channels},${height},${width}`,
    () =>
      makeProgram({
        arrays: { x: whole ? [plane / 4, batch * channels] : row(texelsFor(batch * channels * plane)) },
        output: [width * groups, batch * height],
        body: `
          const px = quotient(this.thread.x, ${groups});
          const c = (this.thread.x - px * ${groups}) * 4;
          const n = quotient(this.thread.y, ${height});
          const place = (this.thread.y - n * ${height}) * ${width} + px;
          const q = Math.floor(place / 4);
          ${eachLine(value)}
          return [${each((j) => (channels % 4 === 0 ? `e${j}` : `c + ${j} < ${channels} ? e${j} : 0`))}];`,
      }),
    [flat],
  );
}

/** packed -> flat [N,C,H,W] */
export function unpackImages(machine: GpuMachine, packed: DeviceArray, images: Images): DeviceArray {
  const { batch, channels, height, width } = images;
  const plane = height * width;
  const program = plane % 4 === 0 ? unpackPlanesProgram : unpackNumbersProgram;
  return machine.run(`unpack ${batch},${channels},${height},${width}`, () => program(machine.dialect, images), [
    packed,
  ]);
}

/** Where planes are whole texels: a thread has four places of one plane, and so the same number of four texels. */
function unpackPlanesProgram(dialect: Dialect, { batch, channels, height, width }: Images): Program {
  const groups = texelsFor(channels);
  const alike = width % 4 === 0;
  const value = (j: number) => {
    const y = alike ? 'y0' : `y${j}`;
    const find = alike && j > 0 ? '' : `const y${j} = quotient(e + ${j}, ${width});`;
    const column = `((e + ${j} - ${y} * ${width}) * ${groups} + g)`;
    return `${find} const v${j} = ${texel(dialect, 'x', `(n * ${height} + ${y})`, column)};`;
  };
  return makeProgram({
    arrays: { x: [width * groups, batch * height] },
    output: [(height * width) / 4, batch * channels],
    body: `
      const n = quotient(this.thread.y, ${channels});
      const c = this.thread.y - n * ${channels};
      const g = Math.floor(c / 4);
      const k = c - 4 * g;
      const e = this.thread.x * 4;
      ${eachLine(value)}
      let r = [${each((j) => `v${j}[0]`)}];
      ${[1, 2, 3].map((i) => `if (k === ${i}) { r = [${each((j) => `v${j}[${i}]`)}]; }`).join('\n')}
      return [${each((j) => `r[${j}]`)}];`,
  });
}

/** One number at a time. */
function unpackNumbersProgram(dialect: Dialect, images: Images): Program {
  const { batch, channels, height, width } = images;
  const count = batch * channels * height * width;
  checkExact(count, 'images whose height times width is no multiple of four');
  return flatProgram({
    arrays: { x: imagesSize(images) },
    count,
    line: (j) => numberOfImages(dialect, `e${j}`, 'x', `(e + ${j})`, images),
    value: (j) => `e${j}`,
  });
}

/** flat [rows,columns] -> rows */
export function packRows(machine: GpuMachine, flat: DeviceArray, { rows, columns }: Matrix): DeviceArray {
  checkExact(rows * columns, 'a matrix whose columns are no multiple of four');
  return machine.run(
    `pack rows ${rows},${columns}`,
    () =>
      makeProgram({
        arrays: { x: row(texelsFor(rows * columns)) },
        output: [texelsFor(columns), rows],
        body: `
          const c = this.thread.x * 4;
          const e = this.thread.y * ${columns} + c;
          ${eachLine((j) => number(machine.dialect, `e${j}`, 'x', `e + ${j}`))}
          return [${each((j) => `c + ${j} < ${columns} ? e${j} : 0`)}];`,
      }),
    [flat],
  );
}

/** rows -> flat [rows,columns] */
export function unpackRows(machine: GpuMachine, packed: DeviceArray, { rows, columns }: Matrix): DeviceArray {
  checkExact(rows * columns, 'a matrix whose columns are no multiple of four');
  const value = (j: number) => `
    const r${j} = quotient(e + ${j}, ${columns});
    const c${j} = e + ${j} - r${j} * ${columns};
    const q${j} = Math.floor(c${j} / 4);
    const v${j} = ${texel(machine.dialect, 'x', `r${j}`, `q${j}`)};
    const e${j} = component(v${j}, c${j} - 4 * q${j});`;
  return machine.run(
    `unpack rows ${rows},${columns}`,
    () =>
      makeProgram({
        arrays: { x: [texelsFor(columns), rows] },
        output: row(texelsFor(rows * columns)),
        body: `
          const e = this.thread.x * 4;
          ${eachLine(value)}
          return [${each((j) => `e${j}`)}];`,
      }),
    [packed],
  );
}
