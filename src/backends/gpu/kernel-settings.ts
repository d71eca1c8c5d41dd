/** What GPU.js is told about every kernel. */
import type { KernelSettings } from './gpujs.js';
import type { Program } from './program.js';

export function kernelSettings({ functions, output, targets }: Program): Omit<KernelSettings, 'argumentTypes'> {
  return {
    output: [...output],
    returnType: 'Array(4)',
    functions: functions.map(({ name, source, argumentTypes, returnType }) => ({
      name,
      source,
      settings: { argumentTypes: [...argumentTypes], returnType },
      argumentTypes: [...argumentTypes],
      returnType,
    })),
    ...(targets > 1 && { subKernels: Array.from({ length: targets - 1 }, (_, i) => targetFunction(i + 1)) }),
    // 32-bit floats, also in shaders for small textures, where GPU.js would let the driver choose
    precision: 'single',
    tactic: 'precision',
    pipeline: true,
    immutable: false,
    // loops with a bound that is no literal would stop there
    loopMaxIterations: 1e6,
  };
}

function targetFunction(number: number): object {
  const name = `target${number}`;
  return {
    name,
    property: name,
    source: `function ${name}(a, b, c, d) { return [a, b, c, d]; }`,
    returnType: 'Array(4)',
  };
}
