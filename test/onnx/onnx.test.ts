/**
 * ONNX's own node tests, for every op that the library has: `npm run test:onnx`. What is not run is listed with its
 * reason in unsupported.ts, and docs/onnx.md sums it up (`ONNX_WRITE_DOC=1 npm run test:onnx` writes it anew).
 *
 * With test data of another version than the lists were made with, what they do not know is skipped.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import t from 'tap';
import * as library from '../../src/index.js';
import { opsThatExist, planTests, staleEntries } from './plan.js';
import { describePlan } from './report.js';
import { roundedUpstream } from './rounded-upstream.js';
import { backendsOf, runTest } from './run-test.js';
import { findTestData, howToInstall, listTests } from './test-data.js';
import { madeWith } from './unsupported.js';

const DOC = new URL('../../docs/onnx.md', import.meta.url);

t.test('ops that are listed as unsupported', async (t) => {
  t.same(opsThatExist(Object.keys(library)), [], 'do not exist');
});

const folder = findTestData();
if (folder === null) {
  t.test('ONNX node tests', { skip: `the test data is missing: ${howToInstall}` }, async () => undefined);
} else {
  const tests = listTests(folder);
  const opset = Math.max(...tests.map(({ model }) => model.opsets.get('') ?? 0));
  const isKnown = opset === madeWith.opset && tests.length === madeWith.tests;
  const plan = planTests(tests);
  if (!isKnown)
    t.comment(`operator set ${opset}, ${tests.length} tests; the lists were made with ONNX ${madeWith.onnx}`);

  for (const backend of library.backendNames) {
    t.test(`ONNX tests on ${backend}`, async (t) => {
      for (const test of plan.run.filter((test) => backendsOf(test).includes(backend))) {
        const { kind, why } = runTest(test, backend);
        if (kind === 'passes') t.pass(test.name);
        else if (kind === 'unsupported' && !isKnown) t.pass(test.name, { skip: why });
        else t.fail(`${test.name}: ${why}`);
      }
    });
  }

  t.test('ONNX tests that are not run', async (t) => {
    for (const { test, reason, op } of plan.skipped) {
      if (op !== null) {
        t.comment(`${test.name}: ${op}: ${reason}`);
        continue;
      }
      const passes = isKnown && runTest(test, backendsOf(test)[0]).kind === 'passes';
      t.notOk(passes, `${test.name} does not pass: ${reason}`);
    }
  });

  t.test('the lists and the test data', { skip: !isKnown && 'the test data is of another version' }, async (t) => {
    t.same(
      plan.unknown.map(({ name }) => name),
      [],
      'every test is run or listed',
    );
    t.same(staleEntries(tests, plan), [], 'every entry matches a test');
    const run = new Set(plan.run.map(({ name }) => name));
    t.same(
      Object.keys(roundedUpstream).filter((name) => !run.has(name)),
      [],
      'every tolerance is used',
    );
    const text = describePlan(plan);
    if (process.env.ONNX_WRITE_DOC) writeFileSync(DOC, text);
    t.equal(readFileSync(DOC, 'utf8'), text, 'docs/onnx.md says what is run (ONNX_WRITE_DOC=1 writes it anew)');
  });
}
