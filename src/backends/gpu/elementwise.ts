/** Element by element: in whatever form the inputs are, where one suits all; flat with broadcasting. */
import type { BinaryOp, BroadcastDims, StridedDims, UnaryOp, WhereDims } from '../../tensor/backend.js';
import { numel } from '../../tensor/shape.js';
import type { Storage } from '../../tensor/storage.js';
import { mergeDims, type WalkDims } from '../merge-dims.js';
import { FLAT, layoutKey, type Form, type GpuStorage, type Images } from './gpu-storage.js';
import {
  binaryProgram,
  binaryScalarProgram,
  broadcastProgram,
  keepsZero,
  stridedProgram,
  unaryProgram,
  unaryText,
  whereProgram,
} from './kernels/elementwise.js';
import { texelsFor } from './kernels/source.js';
import type { GpuMachine } from './machine.js';

export function unary(machine: GpuMachine, op: UnaryOp, x: Storage, p: number, q: number): GpuStorage {
  const { name, text } = unaryText(op, p);
  const form = texelForm(machine, x, keepsZero(op, p, q));
  const { texels } = form.array;
  const program = () => unaryProgram(machine.dialect, text, texels);
  return machine.result(x.length, machine.run(`unary ${name} ${texels}`, program, [form.array], [p, q]), form.layout);
}

export function binary(machine: GpuMachine, op: BinaryOp, a: Storage, b: Storage, dims: BroadcastDims): GpuStorage {
  const walk = mergeDims(dims.shape, [dims.aStrides, dims.bStrides]);
  const length = numel(dims.shape);
  const [[aStep], [bStep]] = walk.strides;
  if (walk.shape.length === 1 && aStep === 1 && bStep === 1) return sameShape(machine, op, a, b);
  if (walk.shape.length === 1 && aStep + bStep === 1) {
    const scalar = aStep === 0 ? 'a' : 'b';
    const texels = texelsFor(length);
    const program = () => binaryScalarProgram(machine.dialect, op, texels, scalar);
    return machine.result(
      length,
      machine.run(`${op} ${scalar} ${texels}`, program, [machine.flat(a), machine.flat(b)]),
    );
  }
  const program = () => broadcastProgram(machine.dialect, op, walk, [a.length, b.length]);
  const key = `${op} ${walkKey(walk)} ${a.length},${b.length}`;
  return machine.result(length, machine.run(key, program, [machine.flat(a), machine.flat(b)]));
}

export function where(machine: GpuMachine, condition: Storage, a: Storage, b: Storage, dims: WhereDims): GpuStorage {
  const walk = mergeDims(dims.shape, [dims.conditionStrides, dims.aStrides, dims.bStrides]);
  const operands = [condition, a, b];
  const lengths = operands.map((operand) => operand.length);
  const program = () => whereProgram(machine.dialect, walk, lengths);
  const arrays = operands.map((operand) => machine.flat(operand));
  return machine.result(numel(dims.shape), machine.run(`where ${walkKey(walk)} ${lengths.join()}`, program, arrays));
}

export function strided(machine: GpuMachine, x: Storage, dims: StridedDims): GpuStorage {
  const walk = mergeDims(dims.shape, [dims.strides]);
  const length = numel(dims.shape);
  // a few numbers of images are looked up where they lie
  const storage = machine.storage(x);
  const packed = 4 * length <= x.length && !storage.forms.has('flat') ? storage.packed() : null;
  const images = packed?.layout ?? null;
  const program = () => stridedProgram(machine.dialect, walk, x.length, dims.offset, images);
  const key = `strided ${walkKey(walk)} ${x.length} ${dims.offset} ${packed ? layoutKey(packed.layout) : ''}`;
  return machine.result(length, machine.run(key, program, [packed?.array ?? machine.flat(x)]));
}

/** A copy of the flat form. */
export function copyOf(machine: GpuMachine, x: Storage) {
  const texels = texelsFor(x.length);
  return machine.run(
    `copy ${texels}`,
    () => unaryProgram(machine.dialect, (v) => v, texels),
    [machine.flat(x)],
    [0, 0],
  );
}

function sameShape(machine: GpuMachine, op: BinaryOp, a: Storage, b: Storage): GpuStorage {
  const images = commonImages(machine, a, b, keepsZero(op));
  const arrays = [a, b].map((x) => (images ? machine.packed(x, images) : machine.flat(x)));
  const { texels } = arrays[0];
  const array = machine.run(`${op} ${texels}`, () => binaryProgram(machine.dialect, op, texels), arrays);
  return machine.result(a.length, array, images ? { kind: 'packed', ...images } : FLAT);
}

/** The packed form of x, if it has one that the operation may be applied to, else the flat one. */
function texelForm(machine: GpuMachine, x: Storage, zeroStays: boolean): Form {
  const packed = machine.storage(x).packed();
  if (packed && (zeroStays || packed.layout.channels % 4 === 0)) return packed;
  return { layout: FLAT, array: machine.flat(x) };
}

/** As what images both can be read; null where flat is better. */
function commonImages(machine: GpuMachine, a: Storage, b: Storage, zeroStays: boolean): Images | null {
  const [packedA, packedB] = [machine.storage(a).packed(), machine.storage(b).packed()];
  const images = packedA?.layout ?? packedB?.layout;
  if (!images || !(zeroStays || images.channels % 4 === 0)) return null;
  if (packedA && packedB && layoutKey(packedA.layout) !== layoutKey(packedB.layout)) return null;
  return images;
}

function walkKey({ shape, strides }: WalkDims): string {
  return `${shape.join()} ${strides.map((s) => s.join()).join(' ')}`;
}
