/** Finds the words that a misspelt one was probably meant to be. Is independent of the purpose of the words. */

/**
 * The words nearest to one, best first, at most `max`: those that differ only in case, then those within an edit distance
 * (insertion, deletion, substitution, swapped neighbours; case counts nothing) of a third of its length. Equal distances keep
 * the order of `words`.
 */
export function nearestWords(
  word: string,
  words: readonly string[],
  max: number,
): string[] {
  const lowerWord = word.toLowerCase();
  const limit = Math.max(1, Math.floor(lowerWord.length / 3));
  const ranked: { word: string; distance: number }[] = [];
  for (const candidate of words) {
    if (Math.abs(candidate.length - lowerWord.length) > limit) continue;
    const distance = editDistance(lowerWord, candidate.toLowerCase(), limit);
    if (distance <= limit) ranked.push({ word: candidate, distance });
  }
  ranked.sort((a, b) => a.distance - b.distance);
  return ranked.slice(0, max).map((entry) => entry.word);
}

/** Optimal string alignment distance; any number above `limit` once it is certain to be exceeded. */
function editDistance(a: string, b: string, limit: number): number {
  let before: number[] = []; // row i - 2
  let above = Array.from({ length: b.length + 1 }, (_, j) => j); // row i - 1
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let best = i;
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      let cost = Math.min(
        above[j]! + 1,
        row[j - 1]! + 1,
        above[j - 1]! + (isSame ? 0 : 1),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, before[j - 2]! + 1);
      }
      row.push(cost);
      best = Math.min(best, cost);
    }
    if (best > limit) return best;
    before = above;
    above = row;
  }
  return above[b.length]!;
}
