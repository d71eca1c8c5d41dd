/** Class names, and the classes in order. */

/** The first synonym of a label: what is shown where room is short. */
export function shortLabel(label: string): string {
  return label.split(',')[0].trim();
}

/** All class numbers, the highest score first. */
export function topClasses(logits: Float32Array): number[] {
  return Array.from(logits.keys()).sort((a, b) => logits[b] - logits[a] || a - b);
}
