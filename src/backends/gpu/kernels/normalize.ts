/**
 * Values normalised by channel: x [outer,channels,inner], with a mean, an inverse deviation and perhaps a weight and a bias for each
 * channel. Flat, a thread finds the channel of each of its numbers; packed, where channels are whole texels, four at once.
 *
 *     y  = (x - mean) inverse weight + bias
 *     dx = (g - (sum g + xhat sum g xhat) / n) inverse weight,   xhat = (x - mean) inverse
 */
import type { Images } from '../gpu-storage.js';
import type { Dialect, Program, Size } from '../program.js';
import { imagesSize } from './images.js';
import { checkExact, each, eachLine, makeProgram, number, row, texel, texelsFor } from './source.js';

/** Which of the optional inputs there are. */
export interface Given {
  readonly weight: boolean;
  readonly bias: boolean;
  readonly sums: boolean;
}

/** How the values lie: flat, or as packed images. */
export type Lying =
  | { readonly kind: 'flat'; readonly outer: number; readonly axis: number; readonly inner: number }
  | ({ readonly kind: 'packed' } & Images);

/** x, mean, inverse, [weight], [bias] -> y */
export function normalizeProgram(dialect: Dialect, lying: Lying, { weight, bias }: Given): Program {
  const perChannel = ['mean', 'inverse', ...(weight ? ['weight'] : []), ...(bias ? ['bias'] : [])];
  return channelProgram(
    dialect,
    lying,
    ['x'],
    perChannel,
    (j) => `(x${j} - mean${j}) * inverse${j}${weight ? ` * weight${j}` : ''}${bias ? ` + bias${j}` : ''}`,
  );
}

/** g, x, mean, inverse, [weight], [sums of g, sums of g xhat] -> dx; `count` numbers in a channel */
export function normalizeGradProgram(dialect: Dialect, lying: Lying, { weight, sums }: Given, count: number): Program {
  const perChannel = ['mean', 'inverse', ...(weight ? ['weight'] : []), ...(sums ? ['sumG', 'sumGx'] : [])];
  const scale = (j: number) => `inverse${j}${weight ? ` * weight${j}` : ''}`;
  const common = (j: number) => (sums ? ` - (sumG${j} + (x${j} - mean${j}) * inverse${j} * sumGx${j}) / ${count}` : '');
  return channelProgram(dialect, lying, ['g', 'x'], perChannel, (j) => `(g${j}${common(j)}) * ${scale(j)}`);
}

function channelProgram(
  dialect: Dialect,
  lying: Lying,
  values: readonly string[],
  perChannel: readonly string[],
  result: (j: number) => string,
): Program {
  if (lying.kind === 'packed') {
    const { channels } = lying;
    const groups = channels / 4;
    const size = imagesSize(lying);
    const names = (name: string) => eachLine((j) => `const ${name}${j} = v_${name}[${j}];`);
    return makeProgram({
      arrays: arrays(values, size, perChannel, channels),
      output: size,
      body: `
        const px = quotient(this.thread.x, ${groups});
        const c = this.thread.x - px * ${groups};
        ${values.map((name) => `const v_${name} = ${texel(dialect, name, 'this.thread.y', 'this.thread.x')}; ${names(name)}`).join('\n')}
        ${perChannel.map((name) => `const v_${name} = ${texel(dialect, name, '0', 'c')}; ${names(name)}`).join('\n')}
        return [${each(result)}];`,
    });
  }
  const { outer, axis, inner } = lying;
  const length = outer * axis * inner;
  checkExact(length, 'normalisation');
  const line = (j: number) => `
    const q${j} = quotient(e + ${j}, ${inner});
    const c${j} = q${j} - quotient(q${j}, ${axis}) * ${axis};
    ${perChannel.map((name) => number(dialect, `${name}${j}`, name, `c${j}`)).join('\n')}`;
  return makeProgram({
    arrays: arrays(values, row(texelsFor(length)), perChannel, axis),
    output: row(texelsFor(length)),
    body: `
      const e = this.thread.x * 4;
      ${values.map((name) => `const v_${name} = ${texel(dialect, name, '0', 'this.thread.x')}; ${eachLine((j) => `const ${name}${j} = v_${name}[${j}];`)}`).join('\n')}
      ${eachLine(line)}
      return [${each(result)}];`,
  });
}

function arrays(
  values: readonly string[],
  size: Size,
  perChannel: readonly string[],
  channels: number,
): Record<string, Size> {
  return Object.fromEntries([
    ...values.map((name) => [name, size] as const),
    ...perChannel.map((name) => [name, row(texelsFor(channels))] as const),
  ]);
}
