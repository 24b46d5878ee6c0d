/** `findscu serve` as a process: who is let in, what is answered, over which transport, how it ends. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, test } from "node:test";
import { emptyElement, textElement } from "../../src/codec/values.ts";
import { Dataset } from "../../src/dataset/dataset.ts";
import {
  type ClientAssociation,
  connect,
  type ConnectOptions,
} from "../../src/client/client.ts";
import { AbortedError, RejectedError } from "../../src/errors.ts";
import { findModel } from "../../src/find/models.ts";
import { FAULTS } from "../../src/scp/faults/faults.ts";
import { tcpConnector, tcpListener } from "../../transports/tcp.ts";
import { findscu } from "../support/process.ts";
import { withServe } from "../support/serve_process.ts";
import { testCredentials } from "../support/tls.ts";

const STUDY = findModel("study")!.uid;

/** Windows cannot send a process an interrupt without ending it. */
const isPosix = process.platform !== "win32";

/** All studies, or those of other keys. */
function studies(...keys: Parameters<typeof Dataset.of>): Dataset {
  return Dataset.of(
    textElement(0x00080052, "CS", "STUDY"),
    emptyElement(0x0020000d, "UI"),
    ...keys,
  );
}

async function associate(
  port: number,
  options: Partial<ConnectOptions> = {},
): Promise<ClientAssociation> {
  return await connect({
    connector: tcpConnector(),
    target: { host: "127.0.0.1", port },
    ...options,
  });
}

async function countOf(
  association: ClientAssociation,
  identifier: Dataset,
): Promise<number> {
  const operation = association.find({ abstractSyntax: STUDY, identifier });
  let count = 0;
  for await (const _ of operation) count++;
  return count;
}

describe("findscu serve", () => {
  test("says what it serves and where, and ends at Ctrl-C", async () => {
    const { code, stdout, stderr } = await withServe([], async (port) => {
      const { code } = await findscu(["echo", `127.0.0.1:${port}`]);
      assert.equal(code, 0);
    });
    assert.match(
      stdout,
      /^Serving demo: \d+ patients, \d+ studies, .*, 48 worklist items\nListening on 127\.0\.0\.1:\d+ as any AE title, Ctrl-C ends it\n$/,
    );
    if (isPosix) assert.deepEqual([code, stderr], [0, ""]);
  });

  test("aborts open associations at Ctrl-C", { skip: !isPosix }, async () => {
    let association: ClientAssociation | undefined;
    const { code } = await withServe([], async (port) => {
      association = await associate(port);
    });
    assert.equal(code, 0);
    await assert.rejects(association!.echo());
  });

  test("serves many associations side by side", async () => {
    await withServe(["--latency", "0.002"], async (port) => {
      const counts = await Promise.all(
        Array.from({ length: 24 }, async () => {
          const association = await associate(port);
          const count = await countOf(association, studies());
          await association.release();
          return count;
        }),
      );
      assert.ok(counts[0]! > 200);
      assert.deepEqual(new Set(counts), new Set([counts[0]]));
    });
  });

  test("heeds C-CANCEL", async () => {
    await withServe(["--latency", "0.02"], async (port) => {
      const association = await associate(port);
      const operation = association.find({
        abstractSyntax: STUDY,
        identifier: studies(),
        cancelAfter: 3,
      });
      let count = 0;
      for await (const _ of operation) count++;
      assert.equal(operation.result?.status, 0xfe00);
      assert.ok(count >= 3 && count < 50, `${count}`);
      // The association is as good as before.
      await association.echo();
      await association.release();
    });
  });

  test("waits before each response with --latency", async () => {
    await withServe(["--latency", "0.1", "--limit", "3"], async (port) => {
      const association = await associate(port);
      const begin = performance.now();
      await assert.rejects(countOf(association, studies()), /0xa700/);
      assert.ok(performance.now() - begin >= 390);
      await association.release();
    });
  });

  test("distinguishes case and accents in names by default", async () => {
    const key = studies(
      textElement(0x00080005, "CS", "ISO_IR 192"),
      textElement(0x00100010, "PN", "mUSTERMANN*"),
    );
    const ask = (...args: string[]) => {
      let count = -1;
      return withServe(args, async (port) => {
        const association = await associate(port);
        count = await countOf(association, key);
        await association.release();
      }).then(() => count);
    };
    assert.equal(await ask(), 0);
    assert.ok(await ask("--fuzzy") > 0);
  });

  test("answers in the character set that is stored, or in the query's", async () => {
    const ask = (...args: string[]) => {
      let stdout = "";
      return withServe(args, async (port) => {
        const query = [`X@127.0.0.1:${port}`, "--charset", "ISO_IR 192"];
        const keys = ["-q", "PatientName=Примеров*", "-q", "StudyInstanceUID"];
        const run = await findscu([
          ...query,
          ...keys,
          "--format",
          "jsonl",
          "--all-attributes",
        ]);
        assert.equal(run.code, 0, run.stderr);
        stdout = run.stdout;
      }).then(() => JSON.parse(stdout.split("\n", 1)[0]!));
    };
    const stored = await ask();
    const requested = await ask("--requested-charset");
    assert.deepEqual(stored.SpecificCharacterSet, ["ISO_IR 144"]);
    assert.deepEqual(requested.SpecificCharacterSet, ["ISO_IR 192"]);
    assert.deepEqual(requested.PatientName, stored.PatientName);
  });

  test("accepts the permitted titles, under its own", async () => {
    await withServe([
      "--allow-aet",
      "GOOD",
      "--allow-aet",
      "BETTER",
      "--aet",
      "ARCHIVE",
    ], async (port) => {
      const reasonOf = async (
        callingAeTitle: string,
        calledAeTitle: string,
      ): Promise<number> => {
        try {
          const options = { callingAeTitle, calledAeTitle };
          await (await associate(port, options)).release();
          return 0;
        } catch (error) {
          assert.ok(error instanceof RejectedError);
          return error.reason;
        }
      };
      assert.equal(await reasonOf("GOOD", "ARCHIVE"), 0);
      assert.equal(await reasonOf("BETTER", "ARCHIVE"), 0);
      // PS3.8 Table 9-21: 3 calling, 7 called AE title not recognised.
      assert.equal(await reasonOf("BAD", "ARCHIVE"), 3);
      assert.equal(await reasonOf("GOOD", "OTHER"), 7);
    });
  });

  test("honours what is negotiated: relational, date-time, fuzzy", async () => {
    await withServe([], async (port) => {
      const series = Dataset.of(
        textElement(0x00080052, "CS", "SERIES"),
        textElement(0x00080060, "CS", "ECG"),
        emptyElement(0x0020000e, "UI"),
      );
      const range = studies(
        textElement(0x00080020, "DA", "20100101-20101231"),
        textElement(0x00080030, "TM", "120000-080000"),
      );
      const name = studies(textElement(0x00100010, "PN", "doe^J*"));
      const plain = await associate(port);
      assert.deepEqual(plain.accepted.userInformation.extended ?? [], []);
      await assert.rejects(countOf(plain, series), /0xa900/);
      assert.equal(await countOf(plain, range), 0);
      assert.equal(await countOf(plain, name), 0);
      await plain.release();
      const extended = await associate(port, {
        extended: [{
          sopClassUid: STUDY,
          information: Uint8Array.of(1, 1, 1, 1, 1),
        }],
      });
      const [agreed] = extended.accepted.userInformation.extended ?? [];
      // The enhanced conversion is not done.
      assert.deepEqual([...agreed!.information], [1, 1, 1, 1, 0]);
      assert.ok(await countOf(extended, series) > 0);
      // From noon of the first day to the morning of the last, not only in a span of each day.
      assert.ok(await countOf(extended, range) > 0);
      assert.ok(await countOf(extended, name) > 0);
      await extended.release();
    });
  });

  test("reads dates and times in the time zone of the query, if that is negotiated", async () => {
    const folder = mkdtempSync(join(tmpdir(), "findscu-zone-"));
    const file = join(folder, "archive.json");
    const study = (
      uid: string,
      date: string,
      time: string,
      zone: string[],
    ) => ({
      "00080020": { vr: "DA", Value: [date] },
      "00080030": { vr: "TM", Value: [time] },
      "00080201": { vr: "SH", Value: zone },
      "00100020": { vr: "LO", Value: ["P1"] },
      "0020000D": { vr: "UI", Value: [uid] },
    });
    writeFileSync(
      file,
      JSON.stringify([
        study("1.1", "20240229", "2330", ["+0000"]),
        study("1.2", "20240301", "0030", ["-0500"]),
        study("1.3", "20240301", "0030", []),
      ]),
    );
    const query = [
      ...["-S", "--format", "jsonl"],
      ...["-q", "TimezoneOffsetFromUTC=+0100", "-q", "StudyDate=20240301"],
      ...["-q", "StudyTime=-0100", "-q", "StudyInstanceUID"],
    ];
    try {
      await withServe([file], async (port) => {
        const found = async (...more: string[]) => {
          const { code, stdout, stderr } = await findscu([
            `127.0.0.1:${port}`,
            ...query,
            ...more,
          ]);
          assert.equal(code, 0, stderr);
          return stdout.trim().split("\n").map((line) => JSON.parse(line));
        };
        const adjusted = await found("--timezone-adjust");
        assert.deepEqual(
          adjusted.map((match) => [
            match.StudyInstanceUID,
            match.TimezoneOffsetFromUTC,
          ]),
          [["1.1", "+0100"], ["1.3", "+0100"]],
        );
        assert.equal(adjusted[0].StudyTime, adjusted[1].StudyTime);
        assert.deepEqual(
          (await found()).map(({ StudyInstanceUID }) => StudyInstanceUID),
          ["1.2", "1.3"],
        );
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
  test("misbehaves on demand", async () => {
    await withServe(["--fault", "fail-a900"], async (port) => {
      const { code, stderr } = await findscu([
        `127.0.0.1:${port}`,
        "-q",
        "PatientName",
      ]);
      assert.equal(code, 80);
      assert.match(stderr, /0xa900.*Wildcard is not supported here/);
    });
    const { code, stderr } = await findscu(["serve", "--fault", "fail-a90"]);
    assert.equal(code, 1);
    assert.match(stderr, /Unknown fault "fail-a90".*Did you mean fail-a900/s);
  });

  test("lists what can go wrong", async () => {
    const { code, stdout } = await findscu(["serve", "--list-faults"]);
    assert.equal(code, 0);
    assert.deepEqual(
      stdout.trimEnd().split("\n").map((line) => line.split(/\s{2,}/)),
      FAULTS.map(({ name, summary }) => [name, summary]),
    );
  });

  test("says that its port is taken", async () => {
    const listener = await tcpListener({ host: "127.0.0.1", port: 0 });
    const { port } = listener.address;
    try {
      const { code, stderr } = await findscu(["serve", "--port", `${port}`]);
      assert.equal(code, 60);
      assert.match(
        stderr,
        new RegExp(
          `^E: Cannot listen on "127.0.0.1:${port}": another program listens there\nE: Hint: Choose another port`,
        ),
      );
    } finally {
      listener.close();
    }
  });

  test("refuses what only a connection in memory can do", async () => {
    const { code, stderr } = await findscu(["serve", "demo?cut=100"]);
    assert.equal(code, 1);
    assert.match(stderr, /chunk and cut are for mock: only/);
  });
});

/** Queries whose answers must not depend on the way they take. */
const QUERIES: readonly (readonly string[])[] = [
  ["-q", "PatientName=*", "-q", "StudyInstanceUID", "-q", "StudyDescription"],
  ["-q", "PatientName=Ya*", "-q", "ModalitiesInStudy", "-q", "StudyDate"],
  ["-q", "StudyDate=20100101-20101231", "-q", "NumberOfStudyRelatedInstances"],
  ["-P", "-q", "PatientID=DEMO-00?5", "-q", "PatientBirthDate"],
  [
    "-W",
    "-q",
    "PatientName",
    "-q",
    "ScheduledProcedureStepSequence.Modality=CT",
  ],
  ["-q", "PatientName=NOBODY"],
];

describe("the same answers come over mock, TCP and TLS", () => {
  let pki: Awaited<ReturnType<typeof testCredentials>>;
  before(async () => {
    pki = await testCredentials();
  });
  after(() => pki.dispose());

  async function answers(address: string, ...options: readonly string[]) {
    const all: string[] = [];
    for (const query of QUERIES) {
      const { code, stdout, stderr } = await findscu([
        address,
        ...options,
        ...query,
        "--format",
        "dicom-json",
      ]);
      assert.equal(code, 0, stderr);
      all.push(stdout);
    }
    return all;
  }

  test("in order and value for value", async () => {
    const expected = await answers("mock:demo");
    assert.ok(JSON.parse(expected[0]!).length > 200);
    assert.deepEqual(JSON.parse(expected.at(-1)!), []);
    await withServe([], async (port) => {
      assert.deepEqual(await answers(`127.0.0.1:${port}`), expected);
    });
    const own = ["+tls", pki.path("server.key"), pki.path("server.pem")];
    await withServe(
      [...own, "+cf", pki.path("ca.pem")],
      async (port) => {
        const client = [
          "+tls",
          pki.path("client.key"),
          pki.path("client.pem"),
          "+cf",
          pki.path("ca.pem"),
        ];
        assert.deepEqual(
          await answers(`dicoms://localhost:${port}`, ...client),
          expected,
        );
        const { code } = await findscu([
          "echo",
          `dicoms://localhost:${port}`,
          "+cf",
          pki.path("ca.pem"),
        ]);
        assert.notEqual(code, 0, "a client without certificate was let in");
      },
    );
    // A server that trusts no authority requests no certificate.
    const { stdout } = await withServe(own, async (port) => {
      const { code, stderr } = await findscu([
        "echo",
        `dicoms://localhost:${port}`,
        "+cf",
        pki.path("ca.pem"),
      ]);
      assert.equal(code, 0, stderr);
    });
    assert.match(stdout, /Listening on 127\.0\.0\.1:\d+ \(TLS\)/);
  });
});

describe("findscu serve, of its limits,", () => {
  test("rejects for the moment what is more than --max-associations", async () => {
    await withServe(["--max-associations", "1"], async (port) => {
      const first = await associate(port);
      await assert.rejects(associate(port), (error: RejectedError) => {
        assert.deepEqual([error.result, error.source, error.reason], [2, 3, 2]);
        return true;
      });
      await first.echo();
      await first.release();
      const next = await associateWhenFree(port);
      await next.release();
    });
  });

  test("ends the association of a client that does nothing for --idle-timeout", async () => {
    const { stderr } = await withServe(
      ["--idle-timeout", "0.3"],
      async (port) => {
        const association = await associate(port);
        await association.echo();
        await new Promise((resolve) => setTimeout(resolve, 1_500));
        await assert.rejects(association.echo(), AbortedError);
      },
    );
    assert.match(stderr, /Closed because the client was idle for 0.3 s/);
  });

  test("does not end those that it keeps waiting", async () => {
    await withServe(
      ["--idle-timeout", "0.3", "--latency", "0.6", "--limit", "1"],
      async (port) => {
        const association = await associate(port);
        await assert.rejects(countOf(association, studies()), /0xa700/);
        await association.release();
      },
    );
  });
});

/** The server learns a moment later that a connection is closed. */
async function associateWhenFree(port: number): Promise<ClientAssociation> {
  for (let attempt = 0;; attempt++) {
    try {
      return await associate(port);
    } catch (error) {
      if (!(error instanceof RejectedError) || attempt === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
