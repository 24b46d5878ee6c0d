/**
 * Certificates good and bad, with the verdict that each deserves: the same on every runtime and in both roles. Made afresh each
 * time. Rules: RFC 5280 6 (paths), 7.1 (names); RFC 9525 (hosts); RFC 9325 4.5 (keys and signatures).
 */

import { addChains } from "./matrix_chains.ts";
import { matrixMaker, type MatrixRow } from "./matrix_maker.ts";
import { addNames } from "./matrix_names.ts";
import { addPolicies } from "./matrix_policies.ts";

export type { MatrixRow } from "./matrix_maker.ts";

/** Makes all rows, with validity dates around `now` (milliseconds since 1970). */
export function makeMatrix(now: number): readonly MatrixRow[] {
  const maker = matrixMaker(now);
  addChains(maker);
  addNames(maker);
  addPolicies(maker);
  return maker.rows;
}
