import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { appenderOf } from "../../../../src/cli/log/appender.ts";

/** The target of an appender, and what was warned of. */
function target(kind: string, properties: Record<string, string> = {}) {
  const warnings: string[] = [];
  const appender = appenderOf(
    "x",
    `log4cplus::${kind}`,
    new Map(Object.entries(properties)),
    { pid: 42, hostname: "box" },
    (text) => warnings.push(text),
  );
  return { target: appender?.target, warnings };
}

const FILE = { kind: "file", path: "a.log" };

describe("appenderOf()", () => {
  test("sends the console to stdout, or to stderr on demand", () => {
    assert.deepEqual(target("ConsoleAppender").target, { kind: "stdout" });
    assert.deepEqual(
      target("ConsoleAppender", { logToStdErr: "true" }).target,
      { kind: "stderr" },
    );
  });

  test("does not know the spelling of the sample file, as DCMTK does not", () => {
    const { target: found } = target("ConsoleAppender", {
      logToStderr: "true",
    });
    assert.deepEqual(found, { kind: "stdout" });
  });

  test("empties files by default", () => {
    const plain = { ...FILE, maxSize: Infinity, backups: 0 };
    assert.deepEqual(target("FileAppender", { File: "a.log" }).target, {
      ...plain,
      isAppended: false,
    });
    assert.deepEqual(
      target("FileAppender", { File: "a.log", Append: "true" }).target,
      { ...plain, isAppended: true },
    );
  });

  test("needs a file name", () => {
    assert.deepEqual(target("FileAppender"), {
      target: undefined,
      warnings: ["File is missing"],
    });
  });

  test("lets rolling files append, by sizes in bytes, KB and MB", () => {
    const rolling = (properties: Record<string, string>) =>
      target("RollingFileAppender", { File: "a.log", ...properties });
    const usual = { ...FILE, isAppended: true, maxSize: 10 * 2 ** 20 };
    assert.deepEqual(rolling({}), {
      target: { ...usual, backups: 1 },
      warnings: [],
    });
    assert.deepEqual(
      rolling({ MaxFileSize: "5MB", MaxBackupIndex: "10" }).target,
      { ...usual, maxSize: 5 * 2 ** 20, backups: 10 },
    );
    assert.deepEqual(
      rolling({ MaxFileSize: "300kb", MaxBackupIndex: "0" }).target,
      { ...usual, maxSize: 300 * 1024, backups: 1 },
    );
    assert.deepEqual(
      rolling({ MaxFileSize: "500000" }).target,
      { ...usual, maxSize: 500_000, backups: 1 },
    );
  });

  test("warns of sizes that are too small, or none", () => {
    const rolling = (size: string) =>
      target("RollingFileAppender", { File: "a.log", MaxFileSize: size });
    assert.match(rolling("1KB").warnings.join(), /"1KB" is too small/);
    assert.match(rolling("big").warnings.join(), /"big" is not a size/);
  });

  test("numbers the facilities of a system log as RFC 5424 does", () => {
    const names = "kern user mail daemon auth syslog lpr news uucp cron " +
      "authpriv ftp ntp audit alert";
    const locals = "local0 local1 local2 local3 local4 local5 local6 local7";
    const rows = [
      ...names.split(" ").map((name, number) => [name, number] as const),
      ...locals.split(" ").map((name, number) => [name, 16 + number] as const),
    ];
    for (const [facility, number] of rows) {
      const { target: found } = target("SysLogAppender", {
        host: "logs",
        facility,
      });
      assert.ok(found?.kind === "syslog");
      const message = { logger: "x", text: "", time: 0, elapsed: 0 } as const;
      // Severity 3 is an error.
      assert.match(
        found.header({ ...message, level: "error" }),
        new RegExp(`^<${8 * number + 3}>`),
        facility,
      );
    }
  });

  test("heads messages to a system log as RFC 5424 says", () => {
    const { target: found, warnings } = target("SysLogAppender", {
      host: "logs",
      ident: "me",
      facility: "LOCAL3",
    });
    assert.deepEqual(warnings, []);
    assert.ok(found?.kind === "syslog");
    assert.deepEqual([found.host, found.port], ["logs", 514]);
    assert.equal(
      found.header({
        logger: "dcmtk.dcmnet",
        level: "info",
        text: "",
        time: Date.UTC(2026, 10, 22, 9, 53, 15, 170),
        elapsed: 0,
      }),
      "<158>1 2026-11-22T09:53:15.170Z box me 42 dcmtk.dcmnet - ",
    );
  });

  test("names what it cannot do", () => {
    assert.match(target("SysLogAppender").warnings.join(), /local system log/);
    assert.match(
      target("SysLogAppender", { host: "h", facility: "x", udp: "false" })
        .warnings.join(),
      /only be reached by UDP.*"x" is not known/,
    );
    assert.deepEqual(target("SocketAppender"), {
      target: undefined,
      warnings: ['"log4cplus::SocketAppender" is not supported'],
    });
    assert.deepEqual(target("NullAppender"), {
      target: undefined,
      warnings: [],
    });
  });
});
