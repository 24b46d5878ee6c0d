/** Text of others in our messages: no peer, file or argument forges a line of ours, on a terminal or in a log file. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { encodePdu } from "../../../../src/pdu/encode.ts";
import { decodePdu } from "../../../../src/pdu/decode.ts";
import {
  acceptAll,
  cmd,
  pdata,
  response,
} from "../../../support/scripted_peer.ts";
import { cliOn, withPeer } from "../../../support/cli.ts";
import { FakeFiles } from "../../../support/fake_files.ts";

/** The files of the machine that all of these run on. */
const files = new FakeFiles();

const findscu = cliOn(files);

const FORGED = "no\nE: Hint: forged\u200b";
const SHOWN = /no<U\+000A>E: Hint: forged/;
const KEYS = ["-S", "-k", "QueryRetrieveLevel=STUDY", "-k", "PatientID"];

/** No line may begin with what the peer made up. */
function isUnforged(text: string): void {
  assert.doesNotMatch(text, /^([EWID]|hint|error|findscu): ?(Hint: )?forged/im);
}

const failing = [{
  send: pdata(cmd(response(0xc001, false, { errorComment: FORGED }))),
}];

for (const options of [[], ["-v"], ["-d"], ["--log-level", "trace"]]) {
  test(`an error comment of several lines with ${options.join(" ") || "no option"}`, async () => {
    await withPeer(failing, {}, async (port) => {
      const args = [...options, ...KEYS, "127.0.0.1", String(port)];
      const { code, stderr } = await findscu(args);
      assert.match(stderr, SHOWN);
      isUnforged(stderr);
      assert.equal(code, 80);
    });
  });
}

test("an error comment of several lines in a log file", async () => {
  const folder = files.newFolder();
  const log = `${folder}/out.log`;
  files.put(
    `${folder}/log.cfg`,
    `log4cplus.rootLogger = DEBUG, file
log4cplus.appender.file = log4cplus::FileAppender
log4cplus.appender.file.File = ${log}
log4cplus.appender.file.layout = log4cplus::PatternLayout
log4cplus.appender.file.layout.ConversionPattern = %P: %m%n
`,
  );
  await withPeer(failing, {}, async (port) => {
    await findscu([
      ...["-lc", `${folder}/log.cfg`, ...KEYS],
      ...["127.0.0.1", String(port)],
    ]);
  });
  const text = files.text(log);
  assert.match(text, SHOWN);
  isUnforged(text);
});

test("names that the peer has given itself", async () => {
  const onRequest: Parameters<typeof withPeer>[1] = {
    onRequest: (request) => {
      const accepted = decodePdu(acceptAll(request));
      assert.equal(accepted.type, "associate-ac");
      return encodePdu({
        ...accepted,
        userInformation: {
          ...accepted.userInformation,
          implementationVersionName: "no\nD: forged",
        },
      });
    },
  };
  await withPeer(failing, onRequest, async (port) => {
    const args = ["--log-level", "trace", ...KEYS, "127.0.0.1", String(port)];
    const { stderr } = await findscu(args);
    assert.match(stderr, /no<U\+000A>D: forged/);
    isUnforged(stderr);
  });
});

test("the user's own arguments", async () => {
  let quoted = 0;
  for (
    const args of [
      ["--arguments", "mock:demo", "-q", "PatientID=x\nI: forged"],
      ["--no\nhint: forged", "mock:demo"],
      [...KEYS, "no\nE: forged", "1"],
      ["-S", "-k", "Patient\nhint: forged", "127.0.0.1", "1"],
      ["-q", "PatientID", "mock:no\nE: forged"],
      ["--timeout", "no\nhint: forged", "mock:demo"],
      ["@no\nhint: forged", "mock:demo"],
      ["-q", "PatientID", "127.0.0.1:1", "no\nhint: forged"],
      ["echo", "no\nE: forged.invalid:104"],
      ["completions", "no\nhint: forged"],
      ["-q", "PatientID", "mock:demo", "--output", "no\nE: forged/x"],
      ["serve", "no\nE: forged"],
    ]
  ) {
    const { stdout, stderr } = await findscu(args);
    isUnforged(stdout + stderr);
    if (stderr.includes("<U+000A>")) quoted++;
  }
  assert.ok(quoted >= 8, `${quoted} of them`);
});
