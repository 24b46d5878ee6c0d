/** The report of a probe as JSON, in the schema that docs/probe-report.md describes. */
import type { ProbeReport, ReportHeading } from "./report.ts";

/** Name and version of the schema. Additions keep the number, changes of existing members raise it. */
const PROBE_SCHEMA = "findscu-probe/1";

/** The report, with its last line end. */
export function probeJson(report: ProbeReport, heading: ReportHeading): string {
  const { version, isMasked, elapsed, budget, ...facts } = heading;
  const { incomplete, queries, ...parts } = report;
  const document = {
    schema: PROBE_SCHEMA,
    findscu: version,
    ...facts,
    milliseconds: Math.round(elapsed),
    masked: isMasked,
    complete: incomplete === undefined,
    ...(incomplete !== undefined && { incomplete }),
    budget,
    queries,
    ...parts,
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
