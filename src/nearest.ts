/** Suggestions for a name that does not exist. */

/**
 * The `count` candidates (default 3) with the smallest edit distance to `name`, ignoring case; names that contain it
 * first.
 */
export function nearest(name: string, candidates: readonly string[], count = 3): string[] {
  const wanted = name.toLowerCase();
  const score = (candidate: string): number => {
    const other = candidate.toLowerCase();
    return other.includes(wanted) && wanted !== '' ? -1 : editDistance(wanted, other);
  };
  return candidates
    .map((candidate) => ({ candidate, distance: score(candidate) }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, count)
    .map(({ candidate }) => candidate);
}

/** How many letters must be changed, added or removed (V. Levenshtein, 1966). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}
