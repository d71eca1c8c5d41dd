/** How the backends are told to compute convolutions. `configure` writes it, they read it. */

/** `auto`: Winograd's algorithm where it pays. `direct`: never, for those who want none of its rounding. */
export type ConvolutionChoice = 'auto' | 'direct';

export const convolutionChoice: { value: ConvolutionChoice } = { value: 'auto' };
