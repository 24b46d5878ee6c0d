/** How the text of responses is read, and the report about unreadable text: each kind of fault of an attribute once. */
import type { CharsetOptions } from "../../charset/charset.ts";
import type { Logger } from "../log/log.ts";
import type { ResultsConfig } from "../config/run_config.ts";
import { withRemedy } from "../line/remedies.ts";

/** A peer that finds a new fault for every match fills neither the memory nor the screen. */
const MOST_FAULTS = 100;

/** Options for everything that decodes text in one run. */
export function textOptions(
  { assumeCharset, charsetMap }: Pick<
    ResultsConfig,
    "assumeCharset" | "charsetMap"
  >,
  log: Logger,
): CharsetOptions {
  const reported = new Set<string>();
  return {
    warn: (text, key = text, remedy) => {
      if (reported.size > MOST_FAULTS || reported.has(key)) return;
      reported.add(key);
      log.warn(
        reported.size <= MOST_FAULTS
          ? withRemedy(text, remedy)
          : "Further faults of this kind are not reported",
      );
    },
    ...(assumeCharset.length > 0 && { assume: assumeCharset }),
    ...(charsetMap.size > 0 && { map: charsetMap }),
  };
}
