/** The banded matrix of average pooling and interpolation, whose rows are written into the memory for one call. */
import type { AxisDims, Band } from '../../tensor/backend.js';
import type { WasmMachine } from './machine.js';

/** x [outer,columns,inner] -> y [outer,rows,inner]; x and y are byte addresses. */
export function runBand(machine: WasmMachine, x: number, y: number, band: Band, { outer, inner }: AxisDims): void {
  const { rows, columns, taps } = band;
  machine.withBlock(4 * (2 * rows + rows * taps), (starts) => {
    const counts = starts + 4 * rows;
    const weights = counts + 4 * rows;
    machine.memory.ints(starts, rows).set(band.starts);
    machine.memory.ints(counts, rows).set(band.counts);
    machine.memory.floats(weights, rows * taps).set(band.weights);
    const args = [x, y, starts, counts, weights, rows, columns, taps, inner] as const;
    machine.run('band', args, outer * rows, { work: outer * rows * taps * inner });
  });
}
