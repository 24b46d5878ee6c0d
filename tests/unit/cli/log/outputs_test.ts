import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { LOGGERS, type LogLevel } from "../../../../src/cli/log/log.ts";
import { parseProperties } from "../../../../src/cli/log/properties.ts";
import {
  LogOutputs,
  type LogOutputsOptions,
} from "../../../../src/cli/log/outputs.ts";
import { OutputError } from "../../../../src/errors.ts";
import { FakeClock } from "../../../support/fake_clock.ts";
import { LossyStream } from "../../../../src/cli/log/console.ts";
import { FakeStream } from "../../../support/fake_stream.ts";

/** A machine that keeps what is written; folders called `nowhere` do not exist, and `full.log` takes nothing but its beginning. */
class Machine {
  readonly files = new Map<string, string>();
  readonly stdout = new FakeStream();
  readonly stderr = new FakeStream();
  readonly datagrams: string[] = [];
  readonly warnings: string[] = [];
  readonly clock = new FakeClock();

  /** Outputs by these settings, with a console appender `c` that shows `letter: text`. */
  async outputs(
    settings: string,
    options: LogOutputsOptions = {},
  ): Promise<LogOutputs> {
    const decoder = new TextDecoder();
    const outputs = new LogOutputs(
      parseProperties(
        "log4cplus.appender.c = log4cplus::ConsoleAppender\n" +
          "log4cplus.appender.c.layout = log4cplus::PatternLayout\n" +
          "log4cplus.appender.c.layout.ConversionPattern = %P: %m%n\n" +
          settings,
      ),
      {
        stdout: this.stdout,
        stderr: new LossyStream(this.stderr),
        clock: this.clock,
        date: () => new Date(Date.UTC(2026, 10, 22, 9, 0, 0)),
        env: () => undefined,
        process: { pid: 42, hostname: "box" },
        sendDatagram: ({ host, port }, bytes) => {
          this.datagrams.push(`${host}:${port} ${decoder.decode(bytes)}`);
          return Promise.resolve();
        },
        files: {
          stat: (path) => {
            const content = this.files.get(path);
            return content === undefined ? undefined : {
              kind: "file",
              size: content.length,
              readable: true,
              writable: true,
            };
          },
          append: (path, chunk, isEmptied = false) => {
            const isFull = path === "full.log" && chunk.length > 0;
            if (isFull || path.startsWith("nowhere/")) {
              return Promise.reject(
                new OutputError("output-unwritable", `Cannot write "${path}"`),
              );
            }
            const text = typeof chunk === "string"
              ? chunk
              : decoder.decode(chunk);
            const before = isEmptied ? "" : this.files.get(path) ?? "";
            this.files.set(path, before + text);
            return Promise.resolve();
          },
          rename: (from, to) => {
            this.files.set(to, this.files.get(from)!);
            this.files.delete(from);
            return Promise.resolve();
          },
        },
      },
      (text) => this.warnings.push(text),
      options,
    );
    await outputs.open();
    return outputs;
  }
}

function message(text: string, level: LogLevel = "info") {
  return { logger: LOGGERS.network, level, text, isRaw: false };
}

const FILE = `
  log4cplus.rootLogger = INFO, f
  log4cplus.appender.f = log4cplus::FileAppender
  log4cplus.appender.f.File`;

describe("LogOutputs", () => {
  test("gives each appender what it accepts, in its own shape", async () => {
    const machine = new Machine();
    const outputs = await machine.outputs(`
      log4cplus.rootLogger = DEBUG, c, e
      log4cplus.appender.e = log4cplus::ConsoleAppender
      log4cplus.appender.e.logToStdErr = true
      log4cplus.appender.e.Threshold = ERROR`);
    outputs.take(message("step"));
    outputs.take(message("fault\nmore", "error"));
    assert.equal(machine.stdout.text, "", "nothing is written at once");
    await outputs.flush();
    assert.equal(machine.stdout.text, "I: step\nE: fault\nE: more\n");
    assert.equal(machine.stderr.text, "ERROR - fault\nmore\n");
    assert.deepEqual(machine.warnings, []);
  });

  test("leaves stdout to the data if there is some", async () => {
    const machine = new Machine();
    const outputs = await machine.outputs("log4cplus.rootLogger = INFO, c", {
      keepsStdout: true,
    });
    outputs.take(message("step"));
    assert.ok(outputs.isWaiting);
    await outputs.flush();
    assert.ok(!outputs.isWaiting);
    assert.equal(machine.stdout.text, "");
    assert.equal(machine.stderr.text, "I: step\n");
  });

  test("keeps the order of what is written at the same time", async () => {
    const machine = new Machine();
    const outputs = await machine.outputs(`${FILE} = x.log`);
    const flushes = ["1", "2", "3"].map((text) => {
      outputs.take({ ...message(text), isRaw: text === "2" });
      return outputs.flush();
    });
    await Promise.all(flushes);
    assert.equal(
      machine.files.get("x.log"),
      "INFO - 1\nINFO - 2\nINFO - 3\n",
    );
  });

  test("knows the level of each logger", async () => {
    const outputs = await new Machine().outputs(`
      log4cplus.rootLogger = WARN, c
      log4cplus.logger.dcmtk.dcmnet.responses = INFO`);
    assert.equal(outputs.threshold(LOGGERS.network), "warn");
    assert.equal(outputs.threshold(LOGGERS.responses), "info");
  });

  test("takes a response for three messages, as DCMTK does", async () => {
    const machine = new Machine();
    const outputs = await machine.outputs(`
      log4cplus.rootLogger = INFO, s
      log4cplus.appender.s = log4cplus::ConsoleAppender`);
    const text = "-----\nFind Response: 1 (Pending)\n\n# Dump\n";
    outputs.take({ ...message(text), logger: LOGGERS.responses });
    await outputs.flush();
    assert.equal(
      machine.stdout.text,
      "INFO - -----\nINFO - Find Response: 1 (Pending)\nINFO - \n# Dump\n\n",
    );
  });

  test("leaves the bytes of raw messages alone", async () => {
    const machine = new Machine();
    const outputs = await machine.outputs("log4cplus.rootLogger = INFO, c");
    outputs.take({ ...message("\xc3\xa9"), isRaw: true });
    await outputs.flush();
    assert.equal(machine.stdout.text, "I: \u00e9\n");
  });

  test("empties files at the start, or keeps what is in them", async () => {
    for (const [append, expected] of [["false", ""], ["true", "old\n"]]) {
      const machine = new Machine();
      machine.files.set("x.log", "old\n");
      const outputs = await machine.outputs(
        `${FILE} = x.log\nlog4cplus.appender.f.Append = ${append}`,
      );
      assert.equal(machine.files.get("x.log"), expected);
      outputs.take(message("new"));
      await outputs.flush();
      assert.equal(machine.files.get("x.log"), `${expected}INFO - new\n`);
    }
  });

  test("makes files that nothing is written to", async () => {
    const machine = new Machine();
    await machine.outputs(`${FILE} = \${appname}.log`);
    assert.equal(machine.files.get("findscu.log"), "");
  });

  test("names a file that cannot be made, and goes on", async () => {
    const machine = new Machine();
    const outputs = await machine.outputs(
      `${FILE} = nowhere/x.log\nlog4cplus.rootLogger = INFO, f, c`,
    );
    assert.deepEqual(machine.warnings, [
      'Logger settings: Appender "f" is ignored: Cannot write "nowhere/x.log"',
    ]);
    outputs.take(message("step"));
    await outputs.flush();
    assert.equal(machine.stdout.text, "I: step\n");
  });

  test("gives a file up that cannot be written to any more", async () => {
    const machine = new Machine();
    const outputs = await machine.outputs(`${FILE} = full.log`);
    for (let round = 0; round < 3; round++) {
      outputs.take(message("step"));
      await outputs.flush();
    }
    assert.equal(machine.warnings.length, 1);
  });

  test("rolls files after the message that fills them", async () => {
    const machine = new Machine();
    const outputs = await machine.outputs(`
      log4cplus.rootLogger = INFO, r
      log4cplus.appender.r = log4cplus::RollingFileAppender
      log4cplus.appender.r.File = r.log
      log4cplus.appender.r.MaxFileSize = 200KB
      log4cplus.appender.r.MaxBackupIndex = 2`);
    const filler = "x".repeat(200 * 1024);
    for (const name of ["first", "second", "third", "fourth"]) {
      outputs.take(message(name));
      outputs.take(message(filler));
    }
    outputs.take(message("last"));
    await outputs.flush();
    const begin = (path: string) => machine.files.get(path)?.slice(7, 20);
    assert.deepEqual([...machine.files.keys()].sort(), [
      "r.log",
      "r.log.1",
      "r.log.2",
    ]);
    assert.match(begin("r.log")!, /^last\n/);
    assert.match(begin("r.log.1")!, /^fourth\n/);
    assert.match(begin("r.log.2")!, /^third\n/);
  });

  test("sends each message to a system log by itself", async () => {
    const machine = new Machine();
    const outputs = await machine.outputs(`
      log4cplus.rootLogger = INFO, s
      log4cplus.appender.s = log4cplus::SysLogAppender
      log4cplus.appender.s.host = logs
      log4cplus.appender.s.ident = me`);
    machine.clock.time += 1234.5;
    outputs.take(message("one\ntwo"));
    outputs.take(message("three", "error"));
    await outputs.flush();
    const header = "1 2026-11-22T09:00:01.234Z box me 42 dcmtk.dcmnet -";
    assert.deepEqual(machine.datagrams, [
      `logs:514 <14>${header} INFO - one\ntwo\n`,
      `logs:514 <11>${header} ERROR - three\n`,
    ]);
  });
});
