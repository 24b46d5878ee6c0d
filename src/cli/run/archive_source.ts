/** The archive behind `mock:NAME` and `serve NAME`. */
import { UsageError } from "../../errors.ts";
import type { Archive } from "../../mock/archive.ts";

/** Name of the built-in archive. */
const DEMO = "demo";

/** The archive of a source. Throws `UsageError` for one that is not known. */
export async function archiveOf(source: string): Promise<Archive> {
  if (source !== DEMO) {
    throw new UsageError(`Unknown mock archive "${source}"`, {
      hint: `Use "${DEMO}", the built-in one`,
    });
  }
  const { demoArchive } = await import("../../mock/demo.ts");
  return demoArchive();
}
