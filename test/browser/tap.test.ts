/** What takes tap's place in a page decides as tap does, and loses no failure. */
import t from 'tap';
import { currentTest, runFile, type PageTest, type Sink } from './tap.js';

interface Outcome {
  readonly log: string[];
  readonly pass: number;
  readonly fail: string[];
}

/** Runs `body` as a file. */
async function outcome(body: (root: PageTest) => unknown): Promise<Outcome> {
  const log: string[] = [];
  const fail: string[] = [];
  let pass = 0;
  const sink: Sink = {
    started: (test) => log.push(test),
    passed: () => pass++,
    failed: (test, message) => fail.push(`${test}: ${message}`),
    between: () => Promise.resolve(),
    comment: (test, message) => log.push(`# ${test}: ${message}`),
  };
  await runFile('file', sink, async () => body(currentTest()));
  return { log, pass, fail };
}

const thrower = () => {
  throw new TypeError('what came');
};

t.test('each assertion passes and fails where tap does', async (t) => {
  const good: Readonly<Record<string, (p: PageTest) => unknown>> = {
    ok: (p) => p.ok(1),
    notOk: (p) => p.notOk(0),
    equal: (p) => p.equal('a', 'a'),
    not: (p) => p.not([], []),
    'same, loosely': (p) => p.same([1, { a: NaN }], ['1', { a: NaN }]),
    'same, typed arrays': (p) => p.same(Float32Array.of(1, NaN), Float32Array.of(1, NaN)),
    'same, sets': (p) => p.same(new Set([1, 2]), new Set([2, 1])),
    notSame: (p) => p.notSame([1, 2], [1, 2, 3]),
    strictSame: (p) => p.strictSame({ a: [1] }, { a: [1] }),
    'match, a part': (p) => p.match({ a: 1, b: 'text' }, { b: /ex/ }),
    'match, a list': (p) => p.match(['one', 'two'], [/o/, 'tw']),
    notMatch: (p) => p.notMatch('abc', /d/),
    'type, a class': (p) => p.type(new TypeError(), Error),
    'type, a name': (p) => p.type([], 'array'),
    'type, a primitive': (p) => p.type(() => 1, 'function'),
    throws: (p) => p.throws(thrower),
    'throws, a message': (p) => p.throws(thrower, { name: 'TypeError', message: 'what came' }),
    'throws, a pattern': (p) => p.throws(thrower, /^what/),
    'throws, a class': (p) => p.throws(thrower, TypeError, 'a message'),
    doesNotThrow: (p) => p.doesNotThrow(() => 1),
    rejects: (p) => p.rejects(Promise.reject(new Error('later')), { message: 'later' }),
    'rejects, a function': (p) => p.rejects(async () => thrower(), TypeError),
  };
  const bad: Readonly<Record<string, (p: PageTest) => unknown>> = {
    ok: (p) => p.ok(''),
    notOk: (p) => p.notOk('x'),
    equal: (p) => p.equal(1, '1'),
    'equal, NaN': (p) => p.equal(NaN, NaN),
    not: (p) => p.not(1, 1),
    same: (p) => p.same([1, 2], [1, 3]),
    'same, a key more': (p) => p.same({ a: 1, b: 2 }, { a: 1 }),
    'same, typed arrays': (p) => p.same(Float32Array.of(1, 2), Float32Array.of(1, 2.5)),
    'same, lengths': (p) => p.same([1], [1, undefined]),
    notSame: (p) => p.notSame([1], ['1']),
    'strictSame, loosely': (p) => p.strictSame([1], ['1']),
    'strictSame, another class': (p) => p.strictSame([1], Float32Array.of(1)),
    match: (p) => p.match({ a: 'text' }, { a: /X/ }),
    'match, a missing key': (p) => p.match({}, { a: Number }),
    notMatch: (p) => p.notMatch('abc', 'b'),
    type: (p) => p.type(new Error(), TypeError),
    'type, null': (p) => p.type(null, 'object'),
    throws: (p) => p.throws(() => 1),
    'throws, another message': (p) => p.throws(thrower, { message: 'something else' }),
    'throws, another class': (p) => p.throws(thrower, RangeError),
    doesNotThrow: (p) => p.doesNotThrow(thrower),
    rejects: (p) => p.rejects(Promise.resolve(1)),
    'rejects, another message': (p) => p.rejects(Promise.reject(new Error('later')), /sooner/),
    fail: (p) => p.fail(),
  };
  for (const [name, run] of Object.entries(good)) {
    const { pass, fail } = await outcome(async (p) => void run(p));
    t.same([pass, fail], [1, []], `${name}: passes`);
  }
  for (const [name, run] of Object.entries(bad)) {
    const { pass, fail } = await outcome(async (p) => void run(p));
    t.same([pass, fail.length], [0, 1], `${name}: fails`);
  }
});

t.test('a failure says what was found, and what the test added', async (t) => {
  const { fail } = await outcome((p) => {
    p.equal(1, 2, 'one and two', { also: 'this' });
    p.same({ a: 1 }, { a: 2 });
    p.throws(() => 1, 'a text is the message');
  });
  t.match(fail[0], /^file: one and two\n(?=.*also: this)(?=.*found: 1)(?=.*wanted: 2)/s);
  t.match(fail[1], /^file: should be equivalent\n.*-\s+"a": 2.*\+\s+"a": 1/s);
  t.match(fail[2], /^file: a text is the message/);
});

t.test('the order of tests, hooks and teardowns', async (t) => {
  const seen: string[] = [];
  const note = (what: string) => (): void => void seen.push(what);
  const { log, fail } = await outcome((root) => {
    root.beforeEach((p) => void seen.push(`before ${p.name}`));
    root.afterEach((p) => void seen.push(`after ${p.name}`));
    root.teardown(note('teardown 1'));
    root.teardown(note('teardown 2'));
    root.test('a', { timeout: 1 }, async (p) => {
      p.test('inner', async () => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        seen.push('inner');
      });
      p.teardown(note('teardown a'));
      seen.push('a');
    });
    root.test('b', (p) => {
      seen.push('b');
      setTimeout(() => p.end(), 1);
    });
    root.comment('said', 1);
  });
  t.same(fail, []);
  t.same(log, ['file', '# file: said 1', 'file > a', 'file > a > inner', 'file > b']);
  const inner = ['before inner', 'inner', 'after inner'];
  t.same(seen, [
    'before a',
    'a',
    ...inner,
    'teardown a',
    'after a',
    'before b',
    'b',
    'after b',
    'teardown 2',
    'teardown 1',
  ]);
});

t.test('what a test throws, leaves behind or says too late is a failure', async (t) => {
  let late: PageTest | undefined;
  const { pass, fail } = await outcome((root) => {
    root.test('throws', async (p) => {
      void p.test('a subtest of it still runs', async (p) => void p.pass());
      thrower();
    });
    root.test('rejects later', async (p) => p.waitOn(Promise.reject(new Error('in the background'))));
    root.test('teardown', async (p) => p.teardown(thrower));
    root.test('is over', async (p) => void (late = p));
    root.test('speaks for another', async () => void late?.pass());
  });
  t.equal(pass, 1);
  t.same(
    fail.map((text) => text.split('\n')[0]),
    [
      'file > throws: TypeError: what came',
      'file > rejects later: Error: in the background',
      'file > teardown: TypeError: what came',
      'file > is over: an assertion after the end of its test',
    ],
  );
});
