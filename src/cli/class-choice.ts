/**
 * Which classes `--class` means: `top:3`, a label, a label's synonym ("tabby, tabby cat" has two), a part of a label,
 * or a number; several separated by commas, or in several options.
 */
import { ArgumentError } from '../errors.js';
import { nearest } from '../nearest.js';

/** A class number, or the first `top` classes by score. */
export type ClassRequest = { readonly index: number } | { readonly top: number };

/** The first synonym of a label: what is shown where room is short. */
export function shortLabel(label: string): string {
  return label.split(',')[0].trim();
}

/**
 * Understands the requests; what they mean does not depend on the picture.
 * @throws ArgumentError for a name that no class has (with the nearest ones) or several have (with all of them)
 */
export function parseClassRequests(requests: readonly string[], labels: readonly string[]): ClassRequest[] {
  return requests.flatMap((request) => {
    const whole = tryRequest(request.trim(), labels);
    if (whole) return [whole];
    const parts = request.split(',').flatMap((part) => part.trim() || []);
    return (parts.length > 1 ? parts : [request.trim()]).map(
      (part) => tryRequest(part, labels) ?? unknown(part, labels),
    );
  });
}

/** The class numbers, each once, in the order in which they were asked for. */
export function resolveClasses(requests: readonly ClassRequest[], logits: Float32Array): number[] {
  const ranked = rankClasses(logits);
  return [
    ...new Set(requests.flatMap((request) => ('index' in request ? request.index : ranked.slice(0, request.top)))),
  ];
}

/** All class numbers, the highest score first; equal ones in order. */
export function rankClasses(logits: Float32Array): number[] {
  return Array.from(logits.keys()).sort((a, b) => logits[b] - logits[a] || a - b);
}

function tryRequest(text: string, labels: readonly string[]): ClassRequest | null {
  const top = /^top:(.*)$/i.exec(text);
  if (top) return { top: topCount(top[1], labels) };
  const exact = only(text, labels, (label) => label === text);
  if (exact) return exact;
  if (/^-?\d+$/.test(text)) {
    const index = Number(text);
    if (index >= 0 && index < labels.length) return { index };
    throw new ArgumentError(`--class: expected a class number from 0 to ${labels.length - 1}, got ${text}`);
  }
  const wanted = text.toLowerCase();
  if (wanted === '') return null;
  const letters = /[\p{L}\p{N}]/u;
  const stages: ((label: string) => boolean)[] = [
    (label) => label === wanted,
    (label) => label.split(',').some((synonym) => synonym.trim() === wanted),
    (label) =>
      occurrences(label, wanted).some(
        (at) => !letters.test(label[at - 1] ?? '') && !letters.test(label[at + wanted.length] ?? ''),
      ),
    (label) => label.includes(wanted),
  ];
  for (const matches of stages) {
    const found = only(text, labels, (label) => matches(label.toLowerCase()));
    if (found) return found;
  }
  return null;
}

function topCount(text: string, labels: readonly string[]): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= labels.length) return count;
  throw new ArgumentError(
    `--class: expected top: with a number from 1 to ${labels.length}, as in top:3, got ${JSON.stringify(`top:${text}`)}`,
  );
}

function occurrences(text: string, part: string): number[] {
  const found: number[] = [];
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) found.push(at);
  return found;
}

function only(text: string, labels: readonly string[], matches: (label: string) => boolean): ClassRequest | null {
  const found = [...labels.keys()].filter((index) => matches(labels[index]));
  if (found.length === 0) return null;
  if (found.length === 1) return { index: found[0] };
  const listed = found.slice(0, 8).map((index) => `${index} ${shortLabel(labels[index])}`);
  const more = found.length > listed.length ? ` and ${found.length - listed.length} more` : '';
  throw new ArgumentError(
    `--class: ${JSON.stringify(text)} fits ${found.length} classes: ${listed.join(', ')}${more}; give one of these numbers, or the whole name`,
  );
}

function unknown(text: string, labels: readonly string[]): never {
  const synonyms = [...new Set(labels.flatMap((label) => label.split(',').map((part) => part.trim())))];
  throw new ArgumentError(
    `--class: no class is called ${JSON.stringify(text)}; the nearest are ${nearest(text, synonyms).join(', ')} ("backlight classes" lists all)`,
  );
}
