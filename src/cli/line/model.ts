/** The value of `--model`: an information model by its name or by any SOP class UID. Does not depend on any other option. */

import { uidByKeyword, uidName } from "../../dictionary/uids.ts";
import { nearestWords } from "../../dictionary/nearest.ts";
import { FIND_MODELS, type FindModel, findModel } from "../../find/models.ts";
import type { ValueKind } from "./value.ts";

const NAMES = FIND_MODELS.map((model) => model.name);

/** A name of the table of models, a keyword of the UID registry, or a UID (PS3.5 9.1). */
export const MODEL: ValueKind<FindModel> = {
  metavar: "name|uid",
  choices: NAMES,
  read(text) {
    const named = findModel(text.toLowerCase());
    if (named !== undefined) return { ok: true, value: named };
    const uid = isUid(text) ? text : uidByKeyword(text);
    if (uid !== undefined) {
      const title = uidName(uid) ?? uid;
      const value = findModel(uid) ?? { name: uid, title, uid, levels: [] };
      return { ok: true, value };
    }
    const near = nearestWords(text, NAMES, 2);
    const hint = near.length > 0
      ? `Did you mean ${near.join(" or ")}?`
      : `Give a SOP class UID or one of ${NAMES.join(", ")}`;
    return { ok: false, mistake: { reason: "invalid", hint, isOurs: true } };
  },
};

/** Components of digits without leading zeros, separated by points, 64 characters at most (PS3.5 9.1). */
function isUid(text: string): boolean {
  return text.length <= 64 && /^(0|[1-9]\d*)(\.(0|[1-9]\d*))+$/.test(text);
}
