/** docs/pytorch-parity.md: every line has a test, and the document is what the script writes when they pass. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t from 'tap';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Runs scripts/parity.js. */
function parity(args: readonly string[], input = ''): { status: number | null; out: string; errors: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/parity.js', ...args], {
    cwd: root,
    encoding: 'utf8',
    input,
  });
  return { status, out: stdout, errors: stderr };
}

/** The output of one test file in TAP, in which the test of each line passed; `change` edits a line of it. */
function tapOf(change: (text: string, line: number) => string = (text) => text, file = 'ok'): string {
  const tests = Array.from({ length: 58 }, (_, i) =>
    change(`    ok ${i + 1} - ${i + 1}. what it does # time=1ms`, i + 1),
  );
  return [
    'TAP version 14',
    '# Subtest: test/hooks/a.test.ts',
    ...tests,
    '    1..58',
    `${file} 1 - test/hooks/a.test.ts`,
  ].join('\n');
}

/** What the document says of a line. */
const cell = (text: string, line: number): string =>
  new RegExp(`^\\| ${line} \\|.*\\| (.*) \\|$`, 'm').exec(text)?.[1] ?? '';

t.test('every line has a test, and the document in the repository says that all pass', async (t) => {
  const { status, errors } = parity(['--check', '--names']);
  t.equal(errors, '');
  t.equal(status, 0);
});

t.test('it is made of results: all pass', async (t) => {
  const { status, out } = parity(['--print', '--tap', '-'], tapOf());
  t.equal(status, 0);
  t.match(out, /^53 of 58 lines pass, 5 differ by design, 0 fail or have no test\.$/m);
  const designed = Array.from({ length: 58 }, (_, i) => i + 1).filter((line) => cell(out, line) !== 'pass');
  t.same(designed, [8, 10, 17, 42, 52]);
  for (const line of designed) t.match(cell(out, line), /^differs by design: .{20}/);
});

t.test('a test that fails, is skipped or is missing shows in the document and in the exit code', async (t) => {
  const cases: [string, string, string][] = [
    ['FAILS', tapOf((text, line) => (line === 16 ? text.replace('ok', 'not ok') : text)), 'fails'],
    [
      'FAILS',
      tapOf((text, line) => (line === 16 ? `${text}\n    not ok 99 - 16. more of it` : text)),
      'one of two fails',
    ],
    ['FAILS', tapOf((text, line) => (line === 16 ? `${text} # SKIP not now` : text)), 'skipped'],
    ['FAILS', tapOf((text, line) => (line === 16 ? `${text} # TODO` : text)), 'to do'],
    ['FAILS', tapOf(undefined, 'not ok'), 'its file crashed'],
    ['NO TEST', tapOf((text, line) => (line === 16 ? '' : text)), 'missing'],
    ['NO TEST', tapOf((text, line) => (line === 16 ? `    ${text}` : text)), 'an assertion of that name is no test'],
  ];
  for (const [says, tap, name] of cases) {
    const { status, out, errors } = parity(['--print', '--tap', '-'], tap);
    t.equal(status, 1, name);
    t.equal(cell(out, 16), `**${says}**`, name);
    t.match(errors, new RegExp(`line 16: ${says}`), name);
  }
  const designed = parity(
    ['--print', '--tap', '-'],
    tapOf((text, line) => (line === 42 ? text.replace('ok', 'not ok') : text)),
  );
  t.equal(cell(designed.out, 42), '**FAILS**', 'a difference by design needs a test as well');
});

t.test('a test of a line that is not on the list, and a document without results, are refused', async (t) => {
  const surplus = parity(
    ['--print', '--tap', '-'],
    tapOf((text, line) => (line === 58 ? `${text}\n    ok 99 - 59. new` : text)),
  );
  t.equal(surplus.status, 1);
  t.match(surplus.errors, /got line 59/);
  const faked = parity(['--names']);
  t.not(faked.status, 0);
  t.match(faked.errors, /expected --check with --names/);
});
