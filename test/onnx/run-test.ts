/** Runs one ONNX test on one backend. */
import { backendNames, tidy, withBackend, type BackendName } from '../../src/index.js';
import { closeness } from '../../src/testing/closeness.js';
import { tolerances, type Tolerance } from '../../src/testing/tolerance.js';
import { DOUBLE, typeOf } from './element-types.js';
import { runModel } from './run-model.js';
import type { DataSet, OnnxTest } from './test-data.js';
import type { OnnxTensor } from './tensor-proto.js';
import { onnxTolerance, roundedUpstream } from './rounded-upstream.js';
import { Unsupported, Value } from './value.js';

/**
 * The backends that a test runs on: all, or the one with float64 where its inputs or outputs are doubles, which may
 * exceed float32.
 */
export function backendsOf({ model }: OnnxTest): readonly BackendName[] {
  const isDouble = [...model.graph.inputs, ...model.graph.outputs].some((port) => port.elementType === DOUBLE);
  return isDouble ? ['reference64'] : backendNames;
}

const exact: Tolerance = { ofLargest: 0, ofValue: 0 };

export interface Outcome {
  readonly kind: 'passes' | 'fails' | 'unsupported';
  /** What went wrong, in one line. */
  readonly why: string;
}

/** Whether every output has the expected shape, element type and values. */
export function runTest(test: OnnxTest, backend: BackendName): Outcome {
  try {
    const sets = test.dataSets();
    if (sets.length === 0) return { kind: 'fails', why: 'the test has no data' };
    for (const set of sets) {
      const wrong = withBackend(backend, () => tidy(() => runSet(test, set)));
      if (wrong) return { kind: 'fails', why: `${set.name}: ${wrong}` };
    }
    return { kind: 'passes', why: '' };
  } catch (error) {
    const kind = error instanceof Unsupported ? 'unsupported' : 'fails';
    return { kind, why: error instanceof Error ? error.message : String(error) };
  }
}

function runSet(test: OnnxTest, set: DataSet): string | null {
  const inputs = new Map([...set.inputs].map(([name, tensor]) => [name, Value.fromProto(tensor)]));
  const outputs = runModel(test.model, inputs);
  if (outputs.length !== set.outputs.length) return `expected ${set.outputs.length} outputs, got ${outputs.length}`;
  for (const [i, expected] of set.outputs.entries()) {
    const wrong = difference(outputs[i], expected, toleranceOf(test.name, expected));
    if (wrong) return `output ${i}: ${wrong}`;
  }
  return null;
}

/**
 * Integers and booleans must be equal. Floats follow the golden tests' rule for float32, the precision in which ONNX
 * computed them, and doubles that for float64.
 */
function toleranceOf(test: string, { elementType }: OnnxTensor): Tolerance {
  if (!typeOf(elementType).isFloat) return exact;
  if (test in roundedUpstream) return onnxTolerance;
  return tolerances[elementType === DOUBLE ? 'float64' : 'float32'];
}

function difference(actual: Value, expected: OnnxTensor, tolerance: Tolerance): string | null {
  const { name } = typeOf(expected.elementType);
  if (!expected.values) throw new Unsupported(`${name} tensors`);
  if (actual.elementType !== expected.elementType) {
    return `expected element type ${name}, got ${typeOf(actual.elementType).name}`;
  }
  const report = closeness(
    { shape: actual.shape, data: actual.numbers() },
    { shape: expected.shape, data: expected.values },
    { tolerance },
  );
  return report.close ? null : report.message;
}
