/** Folders for `mock:` and `serve`, on a file system that never ends. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Console, type LogConfig } from "../../../../../src/cli/log/console.ts";
import { loadMock } from "../../../../../src/cli/commands/shared/mock_source.ts";
import type { FileFacts, Host } from "../../../../../src/cli/host.ts";
import { FakeClock } from "../../../../support/fake_clock.ts";
import { FakeStream } from "../../../../support/fake_stream.ts";

const LOG: LogConfig = {
  level: "warn",
  responses: false,
  forcesResponses: false,
  keepsStdout: false,
  settings: undefined,
  argumentsLine: undefined,
};

const FOLDER: FileFacts = {
  kind: "directory",
  size: 0,
  readable: true,
  writable: true,
};

/** A host whose every folder holds these, on which a millisecond passes with each look at the clock. */
function hostOf(
  entries: readonly string[],
  realPath: (path: string) => string,
  facts: (path: string) => FileFacts = () => FOLDER,
): { host: Host; terminal: FakeStream; looks: () => number } {
  let looks = 0;
  const terminal = new FakeStream({ isTerminal: true, columns: 80 });
  const host = {
    stderr: terminal,
    clock: new FakeClock({ pace: 10 }),
    files: {
      stat: (path: string) => {
        looks++;
        return facts(path);
      },
      list: () => entries,
      realPath,
      readStart: () => new Uint8Array(0),
      join: (directory: string, name: string) => `${directory}/${name}`,
    },
  };
  return { host: host as unknown as Host, terminal, looks: () => looks };
}

test("a tree without an end is read in slices, shows progress and stops at a signal", async () => {
  const { host, terminal } = hostOf(["a", "b"], (path) => path);
  const controller = new AbortController();
  const reason = new Error("stopped");
  const write = terminal.write.bind(terminal);
  terminal.write = (chunk) => {
    if (String(chunk).includes("files in big")) controller.abort(reason);
    return write(chunk);
  };
  await assert.rejects(
    loadMock("big", {
      host,
      output: new Console(host, LOG),
      signal: controller.signal,
    }),
    reason,
  );
  assert.match(terminal.text, /0 files in big/);
  assert.ok(terminal.text.endsWith("\r\x1b[K"), "the progress line is gone");
});

test("links to the same place are followed once", async () => {
  const { host, looks } = hostOf(["one", "two", "x.txt"], (path) => {
    return path.endsWith(".txt") ? "/top/x.txt" : "/top";
  }, (path) => path.endsWith(".txt") ? { ...FOLDER, kind: "file" } : FOLDER);
  await assert.rejects(
    loadMock("r", {
      host,
      output: new Console(host, LOG),
      signal: new AbortController().signal,
    }),
    { message: 'No DICOM file in "r"', hint: /holds 1 other file/ },
  );
  assert.ok(looks() < 10, String(looks()));
});
