/** The text of docs/onnx.md. */
import { isOnlyGlue, opsOf, type Plan, type Skipped } from './plan.js';
import { roundedUpstream } from './rounded-upstream.js';
import { madeWith } from './unsupported.js';

export function describePlan({ run, skipped }: Plan): string {
  const glue = run.filter(isOnlyGlue).length;
  const total = run.length + skipped.length;
  return `# ONNX's node tests

ONNX has a test for each of its operators: a small model, inputs, and what must come out. Those for ops that Backlight has are
run here on wasm, reference and reference64 (those with doubles on the last alone). They were written by other people for other libraries, which makes them a second opinion beside
PyTorch's values.

Of the ${total} tests in ONNX ${madeWith.onnx} that come with their data (operator sets up to ${madeWith.opset}), **${run.length} are run and pass** and ${skipped.length} are not run. ${glue} of
those that pass consist of nothing but constants, shapes and element types, which the runner computes by itself.

Backlight has no ONNX importer: the reader of models in \`test/onnx/\` serves these tests.

## How to run them

\`\`\`
apt-get install libonnx-testdata    # Debian, Ubuntu: the data
npm run test:onnx
\`\`\`

Elsewhere set \`ONNX_TEST_DATA\` to the folder \`onnx/backend/test/data\` of ONNX's sources or of its Python package. Without the data the
test is skipped and says so. With another version of it, what the lists do not know is left out.

## What is compared

Shapes and element types must be the same, integers and booleans equal. Floating-point values follow the rule of the golden
tests for float32, \`|a - b| <= 1e-5 max|B| + 1e-4 |b|\`; doubles run on the backend with float64, by the rule for float64. ONNX itself
allows 1e-3 of each value. That is kept for ${Object.keys(roundedUpstream).length} tests, whose expected values were ${[...new Set(Object.values(roundedUpstream))].join(', ')}.

Our tensors have no element types. The runner keeps them beside the tensors, and reads shapes, axes and indices as plain
numbers; integers and booleans that are computed with are floating-point numbers here, and must be exact in them.

Many operators are one op of ours. The others are compositions, written out in \`test/onnx/ops/\`.

## Operators

The number of tests that are run with each. Models of several operators count for each of them. Gradient is
our \`grad()\`.

${operatorTable(run.map(opsOf))}

## What is not run, and why

${skippedList(skipped)}

This page is written by the tests (\`ONNX_WRITE_DOC=1 npm run test:onnx\`), which fail when it is out of date.
`;
}

function operatorTable(opsOfTests: readonly string[][]): string {
  const counts = new Map<string, number>();
  for (const op of opsOfTests.flat()) counts.set(op, (counts.get(op) ?? 0) + 1);
  const entries = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([op, count]) => `${op} ${count}`);
  return entries.join(', ') + '.';
}

/** By reason: the ops, with the number of tests that they keep from running, and the tests that are listed by name. */
function skippedList(skipped: readonly Skipped[]): string {
  const reasons = [...new Set(skipped.map(({ reason }) => reason))].sort();
  const lines = reasons.map((reason) => {
    const here = skipped.filter((entry) => entry.reason === reason);
    const ops = [...new Set(here.flatMap(({ op }) => op ?? []))].sort();
    const byOp = ops.map((name) => `${name} ${here.filter(({ op }) => op === name).length}`);
    const byName = here.filter(({ op }) => op === null).map(({ test }) => `\`${test.name}\``);
    return `- **${reason}** (${here.length}): ${[...byOp, ...byName].join(', ')}`;
  });
  return lines.join('\n');
}
