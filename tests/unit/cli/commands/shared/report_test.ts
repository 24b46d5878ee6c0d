import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Logger, logLines } from "../../../../../src/cli/log/log.ts";
import {
  type Failure,
  report,
} from "../../../../../src/cli/commands/shared/report.ts";
import {
  AbortedError,
  CancelledError,
  NoContextError,
  OutputError,
  RejectedError,
  RemoteProtocolError,
  StatusError,
  TimeoutError,
  TransportError,
  UsageError,
} from "../../../../../src/errors.ts";

/** The lines of a report at info level; ours end in `*`. */
function reported(
  failure: Failure,
  form: "dcmtk" | "address" = "dcmtk",
): string[] {
  let text = "";
  const logger = (mark: string) =>
    new Logger({
      level: "info",
      responses: false,
      sink: (lines) => text += lines.replaceAll("\n", `${mark}\n`),
    });
  report(failure, form, {
    log: logger(""),
    own: logger("*"),
    dump: (dump) => text += logLines("error", dump(), false),
  });
  return text.trimEnd().split("\n");
}

const REFUSED = new TransportError("connect", "Cannot connect", {
  cause: { code: "ECONNREFUSED" },
  hint: "Start it",
});

describe("report() in DCMTK's form", () => {
  test("begins with DCMTK's phrases and explains", () => {
    assert.deepEqual(reported({ error: REFUSED, step: "request" }), [
      "E: Association Request Failed: 0006:031c TCP Initialization Error: Connection refused",
      "E: Cannot connect*",
      "E: Hint: Start it.*",
    ]);
  });

  test("names the host that is unknown", () => {
    const error = new TransportError("connect", "Cannot connect", {
      cause: { code: "ENOTFOUND" },
    });
    assert.deepEqual(reported({ error, step: "request", host: "pacs" }), [
      "E: Association Request Failed: 0006:0320 Attempt to connect to unknown host: pacs",
      "E: Cannot connect*",
    ]);
  });

  test("keeps hints apart from DCMTK's words", () => {
    const error = new TransportError("tls", "No", { hint: "Do so" });
    assert.deepEqual(reported({ error, step: "request" }), [
      "E: Association Request Failed: No",
      "E: Hint: Do so.*",
    ]);
  });

  test("finds the system's error among several attempts", () => {
    const cause = new AggregateError([{ code: "EHOSTUNREACH" }]);
    const error = new TransportError("connect", "Cannot connect", { cause });
    assert.match(reported({ error, step: "request" })[0]!, /No route to host$/);
  });

  test("uses its own words if DCMTK's would not fit", () => {
    const error = new TransportError("tls", "The certificate has expired");
    assert.deepEqual(reported({ error, step: "request" }), [
      "E: Association Request Failed: The certificate has expired",
    ]);
  });

  test("shows the numbers of a rejection as words", () => {
    const error = new RejectedError("Not you", 1, 1, 7);
    assert.deepEqual(reported({ error, step: "request" }), [
      "E: Association Rejected:",
      "E: Result: Rejected Permanent, Source: Service User",
      "E: Reason: Called AE Title Not Recognized",
      "E: Not you*",
    ]);
    assert.deepEqual(
      reported({ error: new NoContextError("None"), step: "request" }),
      ["E: No Acceptable Presentation Contexts", "E: None*"],
    );
  });

  test("shows the query that broke off", () => {
    const query = () => "Find Failed, query keys:\nkeys";
    const step = "find";
    assert.deepEqual(
      reported({ error: new AbortedError("Aborted", 0, 0), step, query }),
      [
        "E: Find Failed, query keys:",
        "E: keys",
        "E: 0006:0317 Peer aborted Association (or never connected)",
        "E: Aborted*",
        "I: Peer Aborted Association",
      ],
    );
    const late = new TimeoutError("Late", "response");
    assert.deepEqual(reported({ error: late, step, query }).slice(2), [
      "E: 0006:0207 DIMSE No data available (timeout in non-blocking mode)",
      "E: Find SCU Failed: 0006:0207 DIMSE No data available (timeout in non-blocking mode)",
      "E: Late*",
      "I: Aborting Association",
    ]);
    const broken = new RemoteProtocolError("Nonsense");
    assert.match(reported({ error: broken, step, query })[2]!, /0006:020d/);
  });

  test("reports a failure status, which DCMTK does not", () => {
    const error = new StatusError("Out of resources", 0xa700);
    assert.deepEqual(reported({ error, step: "find" }), [
      "E: Find Failed: Out of resources*",
    ]);
  });

  test("reports a query that was cut short, which DCMTK does not", () => {
    const error = new CancelledError("cancelled", "Cut short");
    assert.deepEqual(reported({ error, step: "find" }), [
      "E: Find Failed: Cut short*",
    ]);
  });

  test("calls output that cannot be made fatal", () => {
    const error = new OutputError("output-no-directory", "no directory");
    assert.deepEqual(reported({ error, step: "other" }), ["F: no directory"]);
    assert.deepEqual(
      reported({ error: new UsageError("wrong"), step: "other" }),
      ["E: wrong"],
    );
  });

  test("reports how a release failed", () => {
    const error = new TimeoutError("Late", "release");
    assert.deepEqual(reported({ error, step: "release" }), [
      "E: Association Release Failed: 0006:031a DUL network read timeout",
      "E: Late*",
    ]);
  });
});

test("report() in the ADDRESS form has the explanation alone", () => {
  assert.deepEqual(reported({ error: REFUSED, step: "request" }, "address"), [
    "E: Cannot connect",
    "E: Hint: Start it.",
  ]);
});

test("report() lets no foreign text begin a line", () => {
  const error = new StatusError("No: x\nE: Hint: y", 0xa700, {
    hint: "a\r\nb",
  });
  for (const form of ["dcmtk", "address"] as const) {
    const [first, second, ...rest] = reported({ error, step: "find" }, form);
    assert.match(first!, /No: x<U\+000A>E: Hint: y\*?$/);
    assert.match(second!, /^E: Hint: a<U\+000D><U\+000A>b\.\*?$/);
    assert.deepEqual(rest, []);
  }
});

test("report() shows all lines of an error that has several", () => {
  const error = new UsageError(["wrong", "  here", "  ^"]);
  assert.deepEqual(reported({ error, step: "other" }), [
    "E: wrong",
    "E:   here",
    "E:   ^",
  ]);
});
