/**
 * erf, erfc, expm1 and log1p where a plain formula would lose digits. Values worked out with 40 digits (mpmath): each
 * is right to a few units in the last place of the backend's own precision, tails included.
 */
import t from 'tap';
import { backendNamed } from '../../src/backends/active.js';
import type { Backend, UnaryOp } from '../../src/tensor/backend.js';
import { Seeded } from './seeded.js';
import { candidate, slack, smallest } from './under-test.js';

const known: Partial<Record<UnaryOp, readonly (readonly [x: number, y: number])[]>> = {
  erf: [
    [1e-20, 1.1283791670955125e-20],
    [0.001, 0.0011283787909692365],
    [0.3, 0.3286267594591274],
    [0.999, 0.8422852702064969],
    [1.0, 0.8427007929497149],
    [1.5, 0.9661051464753108],
    [1.999, 0.9953015566513705],
    [2.0, 0.9953222650189527],
    [2.5, 0.999593047982555],
    [4.0, 0.9999999845827421],
    [5.9, 0.9999999999999999],
    [-0.7, -0.6778011938374184],
    [-3.0, -0.9999779095030014],
  ],
  erfc: [
    [-3.0, 1.9999779095030015],
    [-0.5, 1.5204998778130465],
    [0.5, 0.4795001221869535],
    [1.5, 0.033894853524689274],
    [2.0, 0.004677734981047266],
    [3.0, 2.209049699858544e-5],
    [5.0, 1.537459794428035e-12],
    [9.0, 4.13703174651381e-37],
    [20.0, 5.395865611607901e-176],
  ],
  expm1: [
    [1e-15, 1.0000000000000007e-15],
    [1e-7, 1.0000000500000016e-7],
    [-1e-7, -9.999999500000016e-8],
    [0.001, 0.0010005001667083417],
    [0.5, 0.6487212707001282],
    [-0.7, -0.5034146962085905],
    [5.0, 147.4131591025766],
    [-20.0, -0.9999999979388464],
    [300.0, 1.9424263952412558e130],
  ],
  log1p: [
    [1e-15, 9.999999999999995e-16],
    [1e-7, 9.999999500000033e-8],
    [-1e-7, -1.0000000500000033e-7],
    [0.001, 0.0009995003330835331],
    [0.5, 0.4054651081081644],
    [-0.7, -1.203972804325936],
    [5.0, 1.791759469228055],
    [10000000000.0, 23.025850930040455],
    [-0.999, -6.907755278982136],
  ],
};

/** f(x), as the backend computes it. */
function apply(kernels: Backend, op: UnaryOp, x: readonly number[]): number[] {
  const from = kernels.create(x.length, (host) => host.set(x));
  const out = kernels.unary(op, from);
  const values = [...kernels.readSync(out)];
  from.release();
  out.release();
  return values;
}

for (const [op, points] of Object.entries(known) as [UnaryOp, [number, number][]][]) {
  const x = points.map(([x]) => x);
  t.test(`${op}, float64`, async (t) => {
    apply(backendNamed('reference64'), op, x).forEach((found, i) => {
      const [at, wanted] = points[i];
      // e^(-x^2) carries x^2 roundings
      const allowed = (op === 'erfc' ? 1e-13 : 1e-15) * Math.abs(wanted);
      t.ok(Math.abs(found - wanted) <= allowed, `${op}(${at}) is ${found}, wanted ${wanted}`);
    });
  });
}

t.test('float32 is float64 rounded, give or take two units in the last place', async (t) => {
  const seeded = new Seeded(11);
  const scales = [1e-30, 1e-12, 1e-7, 1e-4, 0.03, 0.4, 1, 3, 9, 90, 1e4];
  for (const op of ['expm1', 'log1p', 'erf', 'erfc'] as const) {
    for (const backend of [candidate(), backendNamed('reference')]) {
      for (const scale of scales) {
        const x = seeded.numbers(999, scale).map((value) => (op === 'log1p' ? Math.max(value, -0.999) : value));
        const rounded = [...x];
        const wanted = apply(backendNamed('reference64'), op, rounded);
        const found = apply(backend, op, rounded);
        let worst = 0;
        found.forEach((value, i) => {
          if (value === 0 && Math.abs(wanted[i]) < smallest) return;
          const rightly = Math.fround(wanted[i]);
          // denormal results have fewer digits than 24 bits
          if (value !== rightly)
            worst = Math.max(worst, Math.abs(value - wanted[i]) / Math.max(Math.abs(wanted[i]), 2 ** -126));
        });
        t.ok(worst <= Math.max(2 ** -22, slack(1, 0)), `${op} on ${backend.name}, up to ${scale}: off by ${worst}`);
      }
    }
  }
});

t.test('at 0, at the ends and at NaN', async (t) => {
  const tiny = smallest * 512;
  const x = [NaN, -Infinity, Infinity, 0, -0, tiny, -tiny, -1, -2];
  const wanted: Partial<Record<UnaryOp, readonly number[]>> = {
    expm1: [NaN, -1, Infinity, 0, -0, tiny, -tiny],
    log1p: [NaN, NaN, Infinity, 0, -0, tiny, -tiny, -Infinity, NaN],
    erf: [NaN, -1, 1, 0, -0],
    erfc: [NaN, 2, 0, 1, 1, 1, 1],
  };
  for (const [op, values] of Object.entries(wanted) as [UnaryOp, number[]][]) {
    for (const backend of [candidate(), ...(['reference', 'reference64'] as const).map(backendNamed)]) {
      // copies of x, so that vectors and the rest after them are both run
      const found = apply(backend, op, [...x, ...x, ...x]);
      for (const start of [0, x.length, 2 * x.length]) {
        const part = found.slice(start, start + values.length);
        t.ok(
          part.every((value, i) => Object.is(value, values[i])),
          `${op}, ${backend.name}: ${part.join(' ')} is ${values.join(' ')}`,
        );
      }
    }
  }
});
