/** docs/golden.md says something of everything that is in the golden directory. */
import { readFileSync } from 'node:fs';
import t from 'tap';
import { goldenNames, openGolden, tolerances, type GoldenFile } from '../../src/testing/index.js';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const page = read('docs/golden.md');
const directory = new URL('../golden/', import.meta.url);

/** The text between a `## heading` and the next. */
function section(name: string): string {
  const [, rest] = page.split(new RegExp(`^## ${name}$`, 'm'));
  return rest?.split(/^## /m)[0] ?? '';
}

type Case = Readonly<Record<string, unknown>> & { readonly name: string };

t.test('every field of every case', async (t) => {
  for (const name of goldenNames) {
    const file = await openGolden(directory, name);
    const fields = new Set(file.meta<Case[]>('cases').flatMap((c) => Object.keys(c)));
    const unsaid = [...fields].filter((field) => !section(name).includes(`\`${field}\``));
    // a case of image is a resizing, which one sentence describes
    t.strictSame(unsaid, name === 'image' ? ['name'] : [], name);
  }
});

t.test('every op with every argument, in one row of the table', async (t) => {
  const rows = section('ops').split('\n');
  const cases = (await openGolden(directory, 'ops')).meta<{ op: string; args: object }[]>('cases');
  for (const { op, args } of cases) {
    const row = rows.find((line) => line.startsWith('| `') && line.split('|')[1].includes(`\`${op}\``));
    const unsaid = Object.keys(args).filter((name) => !row?.split('|')[3].includes(`\`${name}\``));
    t.strictSame([row === undefined, ...unsaid], [false], op);
  }
});

t.test('every kind of tensor', async (t) => {
  /** `plain/activation/features.0` is described as `<name>/activation/N`. */
  const describe = (file: GoldenFile): Set<string> => {
    const names = file.meta<Case[]>('cases').map((c) => c.name);
    // `softmax/large` before `softmax`
    names.sort((a, b) => b.length - a.length);
    return new Set(
      file.namesUnder('').map((tensor) => {
        const own = names.find((name) => tensor.startsWith(`${name}/`));
        return (own === undefined ? tensor : `<name>/${tensor.slice(own.length + 1)}`)
          .replace(/(state|param_grad)\/.*/, '$1/P')
          .replace(/(activation|grad_output)\/.*/, '$1/N')
          .replace(/colormap\/.*/, 'colormap/NAME')
          .replace(/pytorch_grad_cam\/.*/, 'pytorch_grad_cam/METHOD')
          .replace(/(in|grad|gradgrad)\d+$/, file.name === 'autograd' ? '$1<i>' : '$10');
      }),
    );
  };
  for (const name of goldenNames) {
    const text = section(name);
    const unsaid = [...describe(await openGolden(directory, name))].filter((tensor) => !text.includes(`\`${tensor}\``));
    t.strictSame(unsaid, [], name);
  }
});

t.test('the tolerances and the program are those of the sources', async (t) => {
  for (const [dtype, { ofLargest, ofValue }] of Object.entries(tolerances)) {
    const exponent = (x: number) => x.toExponential(0);
    t.match(
      page,
      `| ${dtype} | \`abs(a - b) <= ${exponent(ofLargest)} * max(abs(B)) + ${exponent(ofValue)} * abs(b)\` |`,
    );
  }
  t.ok(page.includes(`\`\`\`python\n${read('examples/testing/runner.py').trimEnd()}\n\`\`\``));
});
