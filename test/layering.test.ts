/**
 * The house's rules, read from the sources: imports point down the list of rooms, files do not import each other in
 * circles, and no file is too long to read.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import ts from 'typescript';

/** From the ground up: a room imports from itself and from those before it. Files directly in src/ count as rooms. */
const ROOMS = [
  ['errors.ts', 'warnings.ts', 'nearest.ts'],
  ['tensor'],
  ['backends'],
  ['autograd'],
  ['ops'],
  ['hooks'],
  ['nn'],
  ['image'],
  ['cam'],
  ['weights'],
  ['training'],
  ['cli'],
  ['testing'],
] as const;

const MAX_LINES = 350;

/**
 * Files of one room that call each other's functions. No module needs another while it loads, so the order in which
 * they load does not matter.
 */
const CIRCLES: readonly { readonly files: readonly string[]; readonly reason: string }[] = [
  {
    files: ['ops/arithmetic.ts', 'ops/expand.ts', 'ops/sum-to.ts', 'ops/sum.ts', 'ops/unary.ts'],
    reason: 'the gradient of a sum is an expansion, that of an expansion a sum; those of functions are products',
  },
  { files: ['ops/narrow.ts', 'ops/pad.ts'], reason: 'each is the gradient of the other' },
  {
    files: ['nn/module.ts', 'nn/state-dict.ts', 'nn/tree.ts'],
    reason: 'a module offers the walks over its tree as methods; the walks recognise modules by their class',
  },
];

interface Import {
  readonly from: string;
  readonly to: string;
  /** Not erased by the compiler, and not a dynamic import. */
  readonly loads: boolean;
}

const root = fileURLToPath(new URL('../src/', import.meta.url));
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
  .sort();
const sources = new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]));

/** The files that a file imports, dynamically and for their types included. */
function importsOf(from: string, text: string): Import[] {
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, loads: boolean): void => {
    if (!specifier || !ts.isStringLiteral(specifier) || !specifier.text.startsWith('.')) return;
    const path = relative(root, normalize(join(root, dirname(from), specifier.text))).replaceAll('\\', '/');
    found.push({ from, to: path.replace(/(\.js|\.ts)?$/, '.ts'), loads });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, !node.importClause?.isTypeOnly);
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, !node.isTypeOnly);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, false);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], false);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(from, text, ts.ScriptTarget.Latest));
  return found;
}

const roomOf = (file: string): string => file.split('/')[0];

/** A room's place in the list; the entry files directly in src/ come last. */
function floorOf(file: string): number {
  const room = roomOf(file);
  const floor = ROOMS.findIndex((rooms) => (rooms as readonly string[]).includes(room));
  if (floor >= 0) return floor;
  return room.endsWith('.ts') ? ROOMS.length : NaN;
}

/** Imports that point up, each with the rule. */
function upward(imports: readonly Import[]): string[] {
  return imports.flatMap(({ from, to }) => {
    const [above, below] = [floorOf(from), floorOf(to)];
    if (below <= above) return [];
    return [
      `src/${from} imports src/${to}: '${roomOf(from)}' may import only from itself and from ` +
        ROOMS.slice(0, above).flat().join(', '),
    ];
  });
}

/** The groups of files of which each one reaches every other by imports that load (R. Tarjan, 1972). */
function circles(imports: readonly Import[]): string[][] {
  const next = new Map<string, string[]>();
  for (const { from, to, loads } of imports) if (loads) next.set(from, [...(next.get(from) ?? []), to]);
  const [order, low, stack, found] = [
    new Map<string, number>(),
    new Map<string, number>(),
    [] as string[],
    [] as string[][],
  ];
  const visit = (file: string): number => {
    order.set(file, order.size);
    let lowest = order.size - 1;
    low.set(file, lowest);
    stack.push(file);
    for (const to of next.get(file) ?? []) {
      if (!order.has(to)) lowest = Math.min(lowest, visit(to));
      else if (stack.includes(to)) lowest = Math.min(lowest, order.get(to) ?? 0);
    }
    low.set(file, lowest);
    if (lowest === order.get(file)) {
      const group = stack.splice(stack.indexOf(file)).sort();
      if (group.length > 1 || next.get(file)?.includes(file)) found.push(group);
    }
    return lowest;
  };
  for (const file of next.keys()) if (!order.has(file)) visit(file);
  return found;
}

const imports = [...sources].flatMap(([file, text]) => importsOf(file, text));

t.test('every file belongs to a room, and every import leads to a file', async (t) => {
  t.ok(files.length > 100, `${files.length} files`);
  for (const file of files) t.ok(floorOf(file) >= 0, `src/${file}: add '${roomOf(file)}' to ROOMS in this test`);
  const lost = imports.filter(({ to }) => !sources.has(to) && !to.includes('/generated/'));
  t.same(
    lost.map(({ from, to }) => `src/${from} imports src/${to}, which does not exist`),
    [],
  );
});

t.test('imports point down the list of rooms', async (t) => {
  t.same(upward(imports), []);
});

t.test('files do not import each other in circles, apart from those listed with a reason', async (t) => {
  const found = circles(imports);
  const listed = (group: string[]) => CIRCLES.some(({ files }) => group.every((file) => files.includes(file)));
  const message = (group: string[]) =>
    `circle of imports: ${group.map((file) => `src/${file}`).join(', ')}; ` +
    'move what they share into a file below them, or import types with `import type`';
  t.same(found.filter((group) => !listed(group)).map(message), []);
  for (const { files, reason } of CIRCLES) {
    t.equal(new Set(files.map(roomOf)).size, 1, `${reason}: within one room`);
    t.ok(
      found.some((group) => group.every((file) => files.includes(file))),
      `${files.join(', ')} are a circle no longer: take them off the list`,
    );
  }
});

t.test(`files have at most ${MAX_LINES} lines`, async (t) => {
  const tooLong = [...sources].flatMap(([file, text]) => {
    const lines = text.trimEnd().split('\n').length;
    return lines > MAX_LINES ? [`src/${file}: ${lines} lines, expected at most ${MAX_LINES}; split it`] : [];
  });
  t.same(tooLong, []);
});

t.test('the rules catch what they are for', async (t) => {
  const text = [
    "import type { A } from '../nn/a.js';",
    "import { type B, c } from './c.js';",
    "export * from '../errors.js';",
    "import fs from 'node:fs';",
    "const d = () => import('../../src/cam/d.js');",
    "type E = import('../tensor/e.js').E;",
    "declare module '../tensor/tensor.js' {}",
  ].join('\n');
  const found = importsOf('ops/x.ts', text);
  t.same(
    found.map(({ to, loads }) => [to, loads]),
    [
      ['nn/a.ts', false],
      ['ops/c.ts', true],
      ['errors.ts', true],
      ['cam/d.ts', false],
      ['tensor/e.ts', false],
    ],
  );
  const below = 'errors.ts, warnings.ts, nearest.ts, tensor, backends, autograd';
  t.same(upward(found), [
    `src/ops/x.ts imports src/nn/a.ts: 'ops' may import only from itself and from ${below}`,
    `src/ops/x.ts imports src/cam/d.ts: 'ops' may import only from itself and from ${below}`,
  ]);
  t.equal(upward(importsOf('cam/x.ts', "import '../index.js';")).length, 1, 'nothing imports an entry file');
  t.same(upward(importsOf('index.ts', "import './browser.js'; import './cli/main.js';")), []);
  t.ok(Number.isNaN(floorOf('attic/x.ts')));

  const edge = (from: string, to: string, loads = true): Import => ({ from, to, loads });
  t.same(circles([edge('a', 'b'), edge('b', 'c'), edge('c', 'a'), edge('c', 'd'), edge('d', 'c', false)]), [
    ['a', 'b', 'c'],
  ]);
  t.same(circles([edge('a', 'b'), edge('a', 'c'), edge('b', 'd'), edge('c', 'd')]), []);
  t.same(circles([edge('a', 'b'), edge('b', 'b')]), [['b']]);
});
