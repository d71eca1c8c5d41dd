/** What GPU.js is told about every kernel. */
import type { KernelSettings } from './gpujs.js';
import type { Program } from './program.js';

/**
 * @param targets how kernels write to more than one array: by a map of kernels, which GPU.js has for WebGL, or by functions that the
 * device replaces
 */
export function kernelSettings(program: Program, targets: 'map' | 'functions'): Omit<KernelSettings, 'argumentTypes'> {
  const others = Array.from({ length: program.targets - 1 }, (_, i) => `target${i + 1}`);
  const functions = program.functions.map((f) => ({ ...f }));
  if (targets === 'functions') {
    const argumentTypes = ['Number', 'Number', 'Number', 'Number'] as const;
    for (const name of others) {
      functions.push({
        name,
        source: `function ${name}(a, b, c, d) { return 0; }`,
        argumentTypes,
        returnType: 'Number',
      });
    }
  }
  return {
    output: [...program.output],
    returnType: 'Array(4)',
    functions,
    ...(targets === 'map' && others.length > 0 && { subKernels: others.map(subKernel) }),
    // 32-bit floats, also in shaders for small textures, where GPU.js would let the driver choose
    precision: 'single',
    tactic: 'precision',
    pipeline: true,
    immutable: false,
    // loops with a bound that is no literal would stop there
    loopMaxIterations: 1e6,
  };
}

function subKernel(name: string): object {
  return {
    name,
    property: name,
    source: `function ${name}(a, b, c, d) { return [a, b, c, d]; }`,
    returnType: 'Array(4)',
  };
}
