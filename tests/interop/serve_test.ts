/**
 * `findscu serve` as other makers' SCUs see it: DCMTK's echoscu and findscu, and odil. The same data is loaded into other makers'
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
      // RetrieveAETitle, which nobody asked for, names the server.
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
