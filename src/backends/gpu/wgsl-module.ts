/**
 * A compute shader around what GPU.js translated a kernel to.
 *
 * GPU.js would read buffers number by number. Here they are buffers of texels: where a kernel's source reads the four numbers of a
 * texel, the shader reads it at once; and a thread may write several texels.
 */
import type { Program } from './program.js';

/** Threads of a workgroup, in one row. */
export const WORKGROUP = 64;

export interface Translated {
  /** The statements of the kernel, and the functions that it calls. */
  readonly body: string;
  readonly functions: string;
  /** The names of its arguments: arrays, then numbers. */
  readonly names: readonly string[];
}

/** Functions that GPU.js' translation calls where JavaScript's differ from WGSL's. */
const HELPERS: readonly string[] = [
  'fn _pow(a : f32, b : f32) -> f32 { if (b == 0.0) { return 1.0; } return pow(a, b); }',
  'fn _round(a : f32) -> f32 { return floor(a + 0.5); }',
];

/** NaN is told by its bits: a compiler may take x == x for true. */
const IS_NAN =
  'fn fn_isNan(x : f32) -> f32 { return select(0.0, 1.0, (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u); }';

export function wgslModule(program: Program, { body, functions, names }: Translated): string {
  const { inputs, output } = program;
  const arrays = names.slice(0, inputs.length);
  const numbers = names.slice(inputs.length);
  const [columns, rows] = output;
  const lines: string[] = [];
  arrays.forEach((name, i) => {
    const [width] = inputs[i];
    lines.push(`@group(0) @binding(${i}) var<storage, read> user_${name} : array<vec4<f32>>;`);
    lines.push(
      `fn texel_${name}(row : i32, column : i32) -> vec4<f32> { return user_${name}[row * ${width} + column]; }`,
    );
    lines.push(
      `fn get_user_${name}(row : i32, column : i32, k : i32) -> f32 { return user_${name}[row * ${width} + column][k]; }`,
    );
  });
  lines.push(`@group(0) @binding(${arrays.length}) var<storage, read_write> results : array<vec4<f32>>;`);
  if (numbers.length > 0) {
    lines.push(`struct Numbers { ${numbers.map((name) => `user_${name} : f32`).join(', ')} }`);
    lines.push(`@group(0) @binding(${arrays.length + 1}) var<uniform> params : Numbers;`);
  }
  lines.push('var<private> threadGid : vec3<u32>;', 'var<private> threadIndex : u32;');
  const text = `${functions}\n${body}`;
  lines.push(...HELPERS.filter((helper) => text.includes(`${/fn (\w+)/.exec(helper)?.[1]}(`)));
  lines.push(wholeTexels(withTargets(functions, program)).replace(/fn fn_isNan\([^)]*\) -> f32 \{[^}]*\}/, IS_NAN));
  lines.push(
    `@compute @workgroup_size(${WORKGROUP}) fn main(@builtin(global_invocation_id) gid : vec3<u32>, ` +
      '@builtin(num_workgroups) groups : vec3<u32>) {',
    `threadIndex = gid.x + gid.y * groups.x * ${WORKGROUP}u;`,
    `if (threadIndex >= ${columns * rows}u) { return; }`,
    `threadGid = vec3<u32>(threadIndex % ${columns}u, threadIndex / ${columns}u, 0u);`,
    wholeTexels(withResult(body, program)),
    '}',
  );
  return lines.join('\n');
}

/** `vec4(get_user_x(r, c, 0), .. 3)` -> `texel_x(r, c)` */
function wholeTexels(text: string): string {
  const four =
    /vec4<f32>\(get_user_(\w+)\((.+?), 0\), get_user_\1\(\2, 1\), get_user_\1\(\2, 2\), get_user_\1\(\2, 3\)\)/g;
  return text.replace(four, 'texel_$1($2)');
}

/** `result[data_index * 4 + 0] = v.x; ...` -> one texel */
function withResult(text: string, program: Program): string {
  const stores = /result\[data_index \* 4 \+ 0\] = (\w+)\.x;\s*(?:result\[data_index \* 4 \+ \d\] = \w+\.\w;\s*)+/g;
  return text.replace(stores, `results[${placeOf(program, 0)}] = $1;\n`);
}

/** `fn fn_target1(a, b, c, d) { return 0.0; }` -> writes to its place */
function withTargets(text: string, program: Program): string {
  const target = /fn fn_target(\d)\([^)]*\) -> f32 \{[^}]*\}/g;
  return text.replace(target, (_, t: string) => {
    const parameters = 'a : f32, b : f32, c : f32, d : f32';
    return `fn fn_target${t}(${parameters}) { results[${placeOf(program, Number(t))}] = vec4<f32>(a, b, c, d); }`;
  });
}

/** Where the texel of a target lies. */
function placeOf({ output, targets, turns }: Program, target: number): string {
  const threads = output[0] * output[1];
  if (turns === threads) return `threadIndex + ${target * threads}u`;
  return `threadIndex / ${turns}u * ${turns * targets}u + threadIndex % ${turns}u + ${target * turns}u`;
}
