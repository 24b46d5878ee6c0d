/**
 * `findscu serve` as other makers' SCUs see it: DCMTK's echoscu and findscu, odil, dicom-rs and pynetdicom. The same data is loaded into other makers'
 * servers, and DCMTK's findscu gets the same answers there, but for differences that the standard explains.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { scriptCommand } from "../support/process.ts";
import { makeImages, makeWorklist } from "./support/archives.ts";
import {
  execute,
  freePort,
  installed,
  type Server,
  startServer,
} from "./support/process.ts";
import {
  ARCHIVE_QUERIES,
  differenceOf,
  DIFFERENCES,
  type ServeQuery,
  WORKLIST_QUERIES,
} from "./support/serve_queries.ts";
import { askWithPynetdicom, withoutPynetdicom } from "./support/pynetdicom.ts";
import { PEERS, withFolder, withPeer } from "./support/servers.ts";
import {
  comparable,
  type MatchValues,
  valuesOfFile,
} from "./support/values.ts";

const CLI = fileURLToPath(new URL("../../cli.ts", import.meta.url));
const AE_TITLE = "OURS";

function without(...programs: string[]): string | false {
  const missing = programs.filter((name) => installed(name) === undefined);
  return missing.length > 0 && `${missing.join(", ")} not installed here`;
}

/** Starts `findscu serve` with the images and the worklist of the other servers. */
async function serveData(folder: string): Promise<Server> {
  await makeImages(`${folder}/data/images`);
  await makeWorklist(`${folder}/data/worklist`);
  const port = await freePort();
  const [program = "", ...words] = scriptCommand(CLI);
  return await startServer(program, [
    ...words,
    "serve",
    `${folder}/data`,
    "--port",
    String(port),
    "--aet",
    AE_TITLE,
  ], port);
}

/** What DCMTK's findscu makes of a query. */
interface Answer {
  /** Its words for the final status, or all it said when there was none. */
  readonly status: string;
  readonly matches: readonly MatchValues[];
}

function askWithDcmtk(
  { model, keys }: ServeQuery,
  aeTitle: string,
  port: number,
): Promise<Answer> {
  return withFolder(async (folder) => {
    const { stderr } = await execute("findscu", [
      "-v",
      model,
      "-X",
      ...["-od", folder],
      ...["-aec", aeTitle],
      ...keys.flatMap((key) => ["-k", key]),
      "127.0.0.1",
      String(port),
    ]);
    const status = /Final Find Response \((.*)\)/.exec(String(stderr))?.[1];
    const matches = readdirSync(folder).map((name) => {
      // RetrieveAETitle, which was not requested, names the server.
      const { "(0008,0054)": _, ...match } = valuesOfFile(
        readFileSync(`${folder}/${name}`),
      );
      return match;
    });
    return {
      status: status ?? String(stderr),
      matches: comparable(matches),
    };
  });
}

/** Keys as dicom-rs has them: a sequence is named before what is in its item. */
function dicomRsKeys(keys: readonly string[]): string[] {
  return [
    ...new Set(keys.flatMap((key) => {
      const [sequence, rest] = key.split("[0].");
      if (rest === undefined) return [key];
      const name = sequence === "(0040,0100)"
        ? "ScheduledProcedureStepSequence"
        : sequence!;
      return [name, `${name}.${rest}`];
    })),
  ];
}

function titleOf({ model, keys }: ServeQuery): string {
  return [model, ...keys.filter((key) => key.includes("="))].join(" ");
}

describe("findscu serve", {
  skip: without("findscu", "echoscu", "dump2dcm"),
}, () => {
  let server: Server;
  let close = () => {};
  before(async () => {
    await new Promise<void>((ready, failed) => {
      withFolder(async (folder) => {
        server = await serveData(folder);
        ready();
        await new Promise<void>((end) => close = end);
      }).catch(failed);
    });
  });
  after(async () => {
    await server.stop();
    close();
  });

  test("answers DCMTK's echoscu", async () => {
    const { code, stderr } = await execute("echoscu", [
      "-v",
      ...["-aec", AE_TITLE],
      ...["--repeat", "3"],
      "127.0.0.1",
      String(server.port),
    ]);
    assert.equal(code, 0, String(stderr));
    assert.equal(String(stderr).match(/Received Echo Response/g)?.length, 3);
  });

  test("turns a wrong called AE title away", async () => {
    const { code, stderr } = await execute("echoscu", [
      ...["-aec", "OTHERS"],
      "127.0.0.1",
      String(server.port),
    ]);
    assert.notEqual(code, 0);
    assert.match(String(stderr), /Called AE Title Not Recognized/);
  });

  test("answers odil", { skip: without("odil") }, async (t) => {
    const place = ["127.0.0.1", String(server.port), "ODIL", AE_TITLE];
    const echo = await execute("odil", ["echo", ...place]);
    assert.equal(echo.code, 0, String(echo.stderr));
    const roots = { "-P": "patient", "-S": "study" } as const;
    for (const query of ARCHIVE_QUERIES) {
      const { model, keys, matches = 0 } = query;
      if (model !== "-P" && model !== "-S") continue;
      await t.test(titleOf(query), async () => {
        const { code, stdout, stderr } = await execute("odil", [
          "find",
          ...place,
          roots[model],
          ...keys,
        ]);
        assert.equal(code, 0, String(stderr));
        const found = /^(\d+) answers?$/m.exec(String(stdout))?.[1];
        assert.equal(Number(found), matches);
      });
    }
  });

  test(
    "answers dicom-findscu",
    { skip: without("dicom-findscu") },
    async (t) => {
      for (const query of [...ARCHIVE_QUERIES, ...WORKLIST_QUERIES]) {
        const { model, keys, matches = 0 } = query;
        // It knows no Patient/Study Only model, and adds a level if none is given.
        const hasLevel = keys.some((key) =>
          key.startsWith("QueryRetrieveLevel")
        );
        if (model === "-O" || (model !== "-W" && !hasLevel)) continue;
        await t.test(titleOf(query), async () => {
          const { stdout, stderr } = await execute("dicom-findscu", [
            ...[model, "--called-ae-title", AE_TITLE],
            ...dicomRsKeys(keys).flatMap((key) => ["-q", key]),
            `127.0.0.1:${server.port}`,
          ]);
          const found = String(stdout).match(/^-+ Match #\d+ -+$/gm) ?? [];
          assert.equal(found.length, matches, String(stderr));
        });
      }
    },
  );

  describe("answers pynetdicom", { skip: withoutPynetdicom() }, () => {
    test("on one association with all queries", async (t) => {
      const queries = [...ARCHIVE_QUERIES, ...WORKLIST_QUERIES];
      const { echo, answers } = await askWithPynetdicom({
        port: server.port,
        called: AE_TITLE,
        queries,
      });
      assert.equal(echo, 0);
      for (const [at, query] of queries.entries()) {
        await t.test(titleOf(query), () => {
          const { status, matches } = answers[at]!;
          assert.equal(status, query.matches === undefined ? 0xa900 : 0);
          assert.equal(matches.length, query.matches ?? 0);
        });
      }
    });
    test("in the character sets that the names are stored in", async () => {
      const { answers: [answer] } = await askWithPynetdicom({
        port: server.port,
        called: AE_TITLE,
        queries: [{
          model: "-P",
          keys: ["QueryRetrieveLevel=PATIENT", "PatientName", "PatientID"],
        }],
      });
      const names = answer?.matches.map(({ PatientName }) => PatientName);
      assert.ok(names?.includes("Müller^Jürgen"), String(names));
      assert.match(String(names), /Yamada\^Tarou=山田\^太郎=やまだ\^たろう/);
    });
    test("that cancels", async () => {
      const { answers: [answer] } = await askWithPynetdicom({
        port: server.port,
        called: AE_TITLE,
        queries: [{
          model: "-S",
          keys: ["QueryRetrieveLevel=STUDY", "StudyInstanceUID"],
          cancel: 1,
        }],
      });
      // Six matches may all have been on their way before.
      assert.ok([0xfe00, 0].includes(answer!.status!), String(answer?.status));
    });
  });

  for (const peer of PEERS) {
    const { name, aeTitle } = peer;
    const queries = [
      ...(peer.isArchive ? ARCHIVE_QUERIES : []),
      ...(peer.isWorklist ? WORKLIST_QUERIES : []),
    ];
    test(
      `answers DCMTK's findscu as ${name} does`,
      { skip: peer.missing ?? false },
      (t) =>
        withPeer(peer, async (other) => {
          const differing = new Set<string>();
          for (const query of queries) {
            await t.test(titleOf(query), async () => {
              const ours = await askWithDcmtk(query, AE_TITLE, server.port);
              assert.equal(
                ours.status === "Success" ? ours.matches.length : undefined,
                query.matches,
                ours.status,
              );
              const theirs = await askWithDcmtk(query, aeTitle, other.port);
              const why = differenceOf(name, query);
              if (why === undefined) assert.deepEqual(ours, theirs);
              else {
                assert.notDeepEqual(ours, theirs, `no longer: ${why}`);
                differing.add(why);
              }
            });
          }
          const listed = DIFFERENCES[name]?.map(({ why }) => why) ?? [];
          assert.deepEqual(differing, new Set(listed), "a stale difference");
        }),
    );
  }

  test("has been asked enough", () => {
    assert.ok(ARCHIVE_QUERIES.length + WORKLIST_QUERIES.length >= 120);
  });
});

test("a query of pynetdicom with all that can be negotiated", {
  skip: withoutPynetdicom(),
}, async () => {
  await withFolder(async (folder) => {
    const file = `${folder}/zone.json`;
    writeFileSync(
      file,
      JSON.stringify([{
        "00080020": { vr: "DA", Value: ["20240229"] },
        "00080030": { vr: "TM", Value: ["233000"] },
        "00080050": { vr: "SH" },
        "00080201": { vr: "SH", Value: ["+0000"] },
        "00100010": { vr: "PN", Value: [{ Alphabetic: "Muller^Jorg" }] },
        "00100020": { vr: "LO", Value: ["P1"] },
        "0020000D": { vr: "UI", Value: ["1.2.3"] },
      }]),
    );
    const port = await freePort();
    const [program = "", ...words] = scriptCommand(CLI);
    const args = [...words, "serve", file, "--port", String(port)];
    const server = await startServer(program, args, port);
    const query = {
      model: "-S",
      keys: [
        ...["QueryRetrieveLevel=STUDY", "TimezoneOffsetFromUTC=+0100"],
        ...["StudyDate=20240301", "StudyTime=0030-0030"],
        ...["PatientName=MÜLLER*", 'AccessionNumber=""'],
      ],
    };
    try {
      const task = { port, called: "ANY", queries: [query] };
      const extended = [1, 1, 1, 1, 1, 1, 1];
      const agreed = await askWithPynetdicom({ ...task, extended });
      assert.deepEqual(
        agreed.extended["1.2.840.10008.5.1.4.1.2.2.1"],
        [1, 1, 1, 1, 0, 1, 1],
      );
      assert.deepEqual(agreed.answers[0]?.matches, [{
        AccessionNumber: "",
        PatientName: "Muller^Jorg",
        QueryRetrieveLevel: "STUDY",
        StudyDate: "20240301",
        StudyTime: "003000",
        TimezoneOffsetFromUTC: "+0100",
      }]);
      const plain = await askWithPynetdicom(task);
      assert.deepEqual(plain.answers[0]?.matches, []);
    } finally {
      await server.stop();
    }
  });
});

describe("a long answer of findscu serve", {
  skip: without("findscu", "echoscu"),
}, () => {
  const STUDIES = 100_000;

  /** Runs `body` with a server of so many studies, none of which has more than its keys. */
  function withStudies(body: (port: number) => Promise<void>): Promise<void> {
    return withFolder(async (folder) => {
      const file = `${folder}/studies.json`;
      const studies = Array.from({ length: STUDIES }, (_, index) => ({
        "00100020": { vr: "LO", Value: [`P${index}`] },
        "0020000D": {
          vr: "UI",
          Value: [`1.2.826.0.1.3680043.10.1338.${index}`],
        },
      }));
      writeFileSync(file, JSON.stringify(studies));
      const port = await freePort();
      const [program = "", ...words] = scriptCommand(CLI);
      const args = [...words, "serve", file, "--port", String(port)];
      const server = await startServer(program, args, port);
      try {
        await body(port);
      } finally {
        await server.stop();
      }
    });
  }

  test("ends with FE00 soon after DCMTK's C-CANCEL-RQ, and lets others in", async () => {
    await withStudies(async (port) => {
      const query = execute("findscu", [
        ...["-v", "-S", "--cancel", "5"],
        ...["-k", "QueryRetrieveLevel=STUDY", "-k", "StudyInstanceUID"],
        ...["127.0.0.1", String(port)],
      ]);
      const echo = execute("echoscu", ["127.0.0.1", String(port)]);
      const { stderr } = await query;
      const said = String(stderr);
      assert.match(said, /Final Find Response \(Cancel/);
      const responses = said.match(/Find Response: \d+ \(Pending\)/g) ?? [];
      assert.ok(responses.length >= 5);
      // What was on its way when the request came; nearly always a hundredth of them.
      assert.ok(responses.length < STUDIES / 2, `${responses.length} matches`);
      assert.equal((await echo).code, 0);
    });
  });
});
