/** Errors of a run as messages: DCMTK's own phrases first where there are any, then our explanation. Knows no stream. */
import { type FindscuError, RejectedError } from "../../errors.ts";
import { explainReject } from "../../pdu/reasons.ts";
import type { Logger } from "../log.ts";
import type { CommandForm } from "../run_config.ts";

/** What was being done when it went wrong. */
export type Step = "request" | "find" | "release" | "other";

/** Says what went wrong, and what to do about it. */
export function report(
  error: FindscuError,
  step: Step,
  form: CommandForm,
  log: Logger,
): void {
  const lines = form === "dcmtk" ? dcmtkLines(error, step) : [error.message];
  if (error.hint !== undefined) lines.push(`Hint: ${error.hint}`);
  log.error(lines.join("\n"));
}

/** DCMTK's phrases and our explanation. */
function dcmtkLines(error: FindscuError, step: Step): string[] {
  const { message } = error;
  if (error instanceof RejectedError) {
    const told = explainReject(error.result, error.source, error.reason);
    return [
      "Association Rejected:",
      `Result: ${told.result}, Source: ${told.source}`,
      `Reason: ${told.reason}`,
      message,
    ];
  }
  if (error.code === "no-context") {
    return ["No Acceptable Presentation Contexts", message];
  }
  switch (step) {
    case "request":
      return [`Association Request Failed: ${message}`];
    case "find":
      return [`Find Failed: ${message}`];
    case "release":
      return [`Association Release Failed: ${message}`];
    case "other":
      return [message];
  }
}
