/**
 * Compares the answers of the archive with those of a second, naive matcher, on made-up archives and queries: absent, empty, multiple and
 * nested values, all levels and roots, relational or not. Ends with exit code 1 at the first difference, which it shows made small.
 *
 *   deno task matching                       10,000 queries from a new seed
 *   deno task matching --queries 100000 --seed 7
 */
import process from "node:process";
import { parseArgs } from "node:util";
import { compareMatching } from "../tests/support/matching/compare.ts";

const { values: options } = parseArgs({
  options: {
    queries: { type: "string", default: "10000" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
  },
});
const begin = performance.now();
const { queries, answered, refused, difference } = compareMatching(
  Number(options.seed),
  Number(options.queries),
);
if (difference !== undefined) console.log(difference);
console.log(
  `Seed ${options.seed}: ${queries} queries, ${answered} with matches, ${refused} refused, in ${
    ((performance.now() - begin) / 1000).toFixed(1)
  } s${difference === undefined ? ", all equal" : ""}`,
);
process.exit(difference === undefined ? 0 : 1);
