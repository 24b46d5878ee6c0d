/** `--write-query`: the identifier to a file instead of to a peer. Loaded on demand. */
import {
  EXPLICIT_LE,
  type TransferSyntax,
  transferSyntaxOf,
} from "../../../codec/transfer_syntax.ts";
import {
  IMPLEMENTATION_CLASS_UID,
  IMPLEMENTATION_VERSION_NAME,
} from "../../../client/client.ts";
import { UsageError } from "../../../errors.ts";
import { encodeFile, newUid } from "../../../file/part10.ts";
import type { Host } from "../../host.ts";
import type { FindConfig } from "../../config/run_config.ts";
import type { RunQuery } from "../shared/identifiers.ts";

/** Stands for standard output. */
const STDOUT = "-";

/**
 * Writes the one identifier as a DICOM file (PS3.10) in the first transfer syntax that would be proposed, which every tool that
 * accepts query files reads. Throws `UsageError` when there are several, `OutputError` when it cannot be written.
 */
export async function writeQueries(
  queries: readonly RunQuery[],
  path: string,
  config: FindConfig,
  host: Host,
): Promise<void> {
  const [query, ...more] = queries;
  if (query === undefined || more.length > 0) {
    throw new UsageError("--write-query allows one query, not several", {
      hint: "Name one query file at a time",
    });
  }
  const syntax: TransferSyntax =
    transferSyntaxOf(config.transferSyntaxes[0] ?? "") ?? EXPLICIT_LE;
  const bytes = encodeFile(query.dataset, syntax, {
    sopClassUid: config.model.uid,
    sopInstanceUid: newUid(host.randomBytes(16)),
    implementationClassUid: IMPLEMENTATION_CLASS_UID,
    implementationVersionName: IMPLEMENTATION_VERSION_NAME,
  }, { oldVrs: config.disableNewVr });
  if (path === STDOUT) await host.stdout.write(bytes);
  else await host.files.write(path, bytes);
}
