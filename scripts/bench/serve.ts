/**
 * Measures `findscu serve` under load, beside a client that only wants an echo: answers of 100,000 matches, C-CANCEL in the midst of
 * one, many associations at once, hostile requests, clients that never read. Prints medians in milliseconds.
 *
 *   deno run -A scripts/bench/serve.ts                 on Deno, from source
 *   deno run -A scripts/bench/serve.ts --runtime bun   on Bun
 *   deno run -A scripts/bench/serve.ts --studies 10000 --only cancel,echo
 */
import { type ChildProcess, spawn } from "node:child_process";
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { connect as open, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { encodeDataset } from "../../src/codec/encode.ts";
import {
  DEFLATED_LE,
  EXPLICIT_LE,
  type TransferSyntax,
} from "../../src/codec/transfer_syntax.ts";
import { textElement } from "../../src/codec/values.ts";
import { Dataset, type PlainElement } from "../../src/dataset/dataset.ts";
import { connect } from "../../src/client/client.ts";
import { findModel, VERIFICATION } from "../../src/find/models.ts";
import { FindScu } from "../../src/find/scu.ts";
import { MAX_KEYS } from "../../src/scp/archive/query.ts";
import { tcpConnector } from "../../transports/tcp.ts";

const { values: options } = parseArgs({
  options: {
    studies: { type: "string", default: "100000" },
    runs: { type: "string", default: "20" },
    runtime: { type: "string", default: "deno" },
    only: { type: "string" },
  },
});
const studies = Number(options.studies);
const runs = Number(options.runs);
const STUDY = findModel("study")!.uid;
const root = fileURLToPath(new URL("../../", import.meta.url));

/** Writes an archive of so many studies, each of a patient of its own, as DICOM JSON, one per line. */
function writeArchive(path: string, count: number): void {
  writeFileSync(path, "");
  for (let from = 0; from < count; from += 10_000) {
    const length = Math.min(10_000, count - from);
    appendFileSync(path, archiveLines(from, length));
  }
}

function archiveLines(from: number, count: number): string {
  return Array.from({ length: count }, (_, at) => {
    const index = from + at;
    return JSON.stringify({
      "00080020": { vr: "DA", Value: ["20240229"] },
      "00080050": { vr: "SH", Value: [`A${index}`] },
      "00081030": { vr: "LO", Value: ["Thorax with contrast"] },
      "00100010": { vr: "PN", Value: [{ Alphabetic: `Doe^Jane ${index}` }] },
      "00100020": { vr: "LO", Value: [`PID${index}`] },
      "0020000D": { vr: "UI", Value: [`1.2.826.0.1.3680043.10.1338.${index}`] },
    }) + "\n";
  }).join("");
}

const STUDY_LEVEL = textElement(0x00080052, "CS", "STUDY");
const EVERYTHING = Dataset.of(
  STUDY_LEVEL,
  textElement(0x00080020, "DA", ""),
  textElement(0x00080050, "SH", ""),
  textElement(0x00100010, "PN", ""),
  textElement(0x00100020, "LO", ""),
  textElement(0x0020000d, "UI", ""),
);

function emptyKeys(count: number): Dataset {
  const dataset = Dataset.of(STUDY_LEVEL);
  for (let key = 0; key < count; key++) {
    const tag = (0x0100 + 2 * (key >> 16)) * 0x10000 + key % 0x10000;
    dataset.set(textElement(tag, "LO", ""));
  }
  return dataset;
}

/** Requests that a client in its right mind does not make, and the number of associations that make each. */
function hostile(): [string, Dataset, TransferSyntax, number][] {
  const wildcards = Array.from({ length: 10_000 }, (_, at) => `*${at % 997}*`);
  return [
    [
      "10,000 wildcard values",
      Dataset.of(STUDY_LEVEL, textElement(0x00100020, "LO", wildcards)),
      EXPLICIT_LE,
      1,
    ],
    ["a million empty keys", emptyKeys(1_000_000), EXPLICIT_LE, 1],
    ["as many keys as are allowed", emptyKeys(MAX_KEYS - 1), EXPLICIT_LE, 1],
    [
      "eight deflated keys",
      Dataset.of(
        STUDY_LEVEL,
        textElement(0x00081030, "UT", "x".repeat(200_000_000)),
      ),
      DEFLATED_LE,
      8,
    ],
  ];
}

/** A client that asks again and again, or does not even read the first answer. */
class Load {
  readonly #socket: Socket;
  readonly #scu = new FindScu({
    maxPduLength: 65_536,
    acseTimeout: Infinity,
    artimTimeout: Infinity,
    firstResponseTimeout: Infinity,
    responseTimeout: Infinity,
  });
  /** Bytes received. */
  bytes = 0;
  /** Final responses received, and the last one's status. */
  answers = 0;
  status = -1;

  constructor(
    port: number,
    identifier: Uint8Array,
    syntax: TransferSyntax,
    reads = true,
  ) {
    this.#scu.request({
      callingAeTitle: "LOAD",
      calledAeTitle: "ANY-SCP",
      contexts: [{ abstractSyntax: STUDY, transferSyntaxes: [syntax.uid] }],
    });
    this.#socket = open({ host: "127.0.0.1", port, noDelay: true }, () => {
      this.#scu.transportOpened(0);
      this.#send();
    });
    this.#socket.on("error", () => {});
    this.#socket.on("data", (chunk: Uint8Array) => {
      this.bytes += chunk.length;
      this.#scu.receive(chunk.slice(), 0);
      for (let event; (event = this.#scu.pollEvent()) !== undefined;) {
        if (event.type === "final") {
          this.status = event.final.status;
          this.answers++;
        } else if (event.type !== "accepted") continue;
        this.#scu.find(this.#scu.contextOf(STUDY)!, identifier, 0);
        this.#send();
        if (!reads) this.#socket.pause();
      }
    });
  }

  #send(): void {
    const bytes = this.#scu.pollTransmit();
    if (bytes !== undefined) this.#socket.write(bytes);
  }

  close(): void {
    this.#socket.destroy();
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? NaN;
}

const pause = (milliseconds: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

interface Server {
  readonly child: ChildProcess;
  readonly port: number;
}

async function start(file: string): Promise<Server> {
  const words = options.runtime === "bun"
    ? ["bun", `${root}cli.ts`]
    : [process.execPath, "run", "-A", "--no-check", `${root}cli.ts`];
  const child = spawn(
    words[0]!,
    [...words.slice(1), "serve", file, "--port", "0"],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  for await (const line of createInterface(child.stdout!)) {
    const port = /Listening on \S+:(\d+)/.exec(line)?.[1];
    if (port !== undefined) return { child, port: Number(port) };
  }
  throw new Error("The server did not start");
}

/** Processor time and memory of a process, in milliseconds and MB. */
function usage({ child }: Server): { cpu: number; peak: number; now: number } {
  const stat = readFileSync(`/proc/${child.pid}/stat`, "utf8").split(" ");
  const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
  const mb = (name: string) =>
    Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024;
  return {
    cpu: (Number(stat[13]) + Number(stat[14])) * 10,
    peak: mb("VmHWM"),
    now: mb("VmRSS"),
  };
}

const associate = (port: number) =>
  connect({
    connector: tcpConnector(),
    target: { host: "127.0.0.1", port },
    contexts: [
      { abstractSyntax: STUDY, transferSyntaxes: [EXPLICIT_LE.uid] },
      { abstractSyntax: VERIFICATION, transferSyntaxes: [EXPLICIT_LE.uid] },
    ],
    maxPduLength: 65_536,
  });

/** Milliseconds of single echoes on an open association, and of whole ones with an association of their own. */
async function echoes(port: number): Promise<{ one: number[]; all: number[] }> {
  const one: number[] = [];
  const all: number[] = [];
  const standing = await associate(port);
  for (let run = 0; run < runs; run++) {
    let begin = performance.now();
    await standing.echo();
    one.push(performance.now() - begin);
    begin = performance.now();
    const association = await associate(port);
    await association.echo();
    await association.release();
    all.push(performance.now() - begin);
    await pause(20);
  }
  await standing.abort();
  return { one, all };
}

function say(name: string, ...figures: [string, number][]): void {
  console.log(
    `${name.padEnd(34)} ${
      figures.map(([unit, value]) => `${value.toFixed(1)} ${unit}`).join(", ")
    }`,
  );
}

async function beside(
  server: Server,
  name: string,
  loads: readonly Load[],
): Promise<void> {
  await pause(100);
  const { one, all } = await echoes(server.port);
  for (const load of loads) load.close();
  say(
    name,
    ["ms an echo", median(one)],
    ["ms at most", Math.max(...one)],
    ["ms with its association", median(all)],
    ["MB peak", usage(server).peak],
    ["answers", loads.reduce((sum, { answers }) => sum + answers, 0)],
  );
  const [load] = loads;
  console.log(`    the last of status ${load!.status.toString(16)}`);
}

/** Queries that an index answers, for many associations at once. */
const MANY: readonly (readonly [string, (at: number) => PlainElement])[] = [
  ["PatientID", (at) => textElement(0x00100020, "LO", `PID${at}`)],
  [
    "StudyInstanceUID",
    (at) => textElement(0x0020000d, "UI", `1.2.826.0.1.3680043.10.1338.${at}`),
  ],
];

const CASES: Record<string, (server: Server) => Promise<void>> = {
  async throughput({ port }) {
    const times: number[] = [];
    for (let run = 0; run < 5; run++) {
      const association = await associate(port);
      const begin = performance.now();
      const operation = association.find({
        abstractSyntax: STUDY,
        identifier: EVERYTHING,
      });
      let count = 0;
      for (let batch; (batch = await operation.nextBatch()).length > 0;) {
        count += batch.length;
      }
      times.push(performance.now() - begin);
      if (count !== studies) throw new Error(`${count} matches`);
      await association.release();
    }
    say(`${studies} matches`, ["ms", median(times)], [
      "ms at least",
      Math.min(...times),
    ]);
  },
  async cancel({ port }) {
    const times: number[] = [];
    const counts: number[] = [];
    for (let run = 0; run < runs; run++) {
      const association = await associate(port);
      const operation = association.find({
        abstractSyntax: STUDY,
        identifier: EVERYTHING,
      });
      for (let match = 0; match < 5; match++) await operation.next();
      const begin = performance.now();
      operation.cancel();
      while ((await operation.nextBatch()).length > 0);
      times.push(performance.now() - begin);
      counts.push(operation.matches);
      if (operation.result?.status !== 0xfe00) throw new Error("No FE00");
      await association.release();
    }
    say("C-CANCEL to FE00", ["ms", median(times)], [
      "ms at most",
      Math.max(...times),
    ], ["matches", median(counts)]);
  },
  async echo(server) {
    const bytes = encodeDataset(EVERYTHING, EXPLICIT_LE);
    for (const count of [1, 8]) {
      await beside(
        server,
        `echo beside ${count} whole answers`,
        Array.from(
          { length: count },
          () => new Load(server.port, bytes, EXPLICIT_LE),
        ),
      );
    }
  },
  async many(server) {
    for (const [name, keyOf] of MANY) {
      const times: number[] = [];
      const one = async (number: number) => {
        const association = await associate(server.port);
        for (let run = 0; run < runs; run++) {
          const at = (number * 7919 + run * 104_729) % studies;
          const begin = performance.now();
          const operation = association.find({
            abstractSyntax: STUDY,
            identifier: Dataset.of(...EVERYTHING, keyOf(at)),
          });
          while ((await operation.nextBatch()).length > 0);
          times.push(performance.now() - begin);
        }
        await association.release();
      };
      for (const count of [1, 50]) {
        times.length = 0;
        await Promise.all(Array.from({ length: count }, (_, at) => one(at)));
        say(
          `${count} associations, ${name}`,
          ["ms a query", median(times)],
          ["ms at most", Math.max(...times)],
          ["queries", times.length],
        );
      }
    }
    const bytes = encodeDataset(
      Dataset.of(STUDY_LEVEL, textElement(0x00100010, "PN", "*nobody*")),
      EXPLICIT_LE,
    );
    const scans = Array.from(
      { length: 4 },
      () => new Load(server.port, bytes, EXPLICIT_LE),
    );
    await beside(server, "echo beside 4 whole scans", scans);
  },
  async hostile(server) {
    for (const [name, identifier, syntax, count] of hostile()) {
      const bytes = encodeDataset(identifier, syntax);
      const loads = Array.from(
        { length: count },
        () => new Load(server.port, bytes, syntax),
      );
      await beside(server, `echo beside ${name}`, loads);
    }
  },
  async silent(server) {
    const bytes = encodeDataset(EVERYTHING, EXPLICIT_LE);
    const loads = Array.from(
      { length: 100 },
      () => new Load(server.port, bytes, EXPLICIT_LE, false),
    );
    // The buffers of the system are filled first.
    for (let cpu = -1; cpu !== usage(server).cpu && cpu < 60_000;) {
      cpu = usage(server).cpu;
      await pause(1_000);
    }
    const before = usage(server).cpu;
    await pause(10_000);
    say("100 clients that never read", [
      "% of a core",
      (usage(server).cpu - before) / 100,
    ], ["MB", usage(server).now]);
    for (const load of loads) load.close();
  },
};

const folder = mkdtempSync(join(tmpdir(), "findscu-bench-"));
const wanted = options.only?.split(",") ?? Object.keys(CASES);
try {
  const file = join(folder, "archive.json");
  writeArchive(file, studies);
  for (const name of wanted) {
    // A server of its own for each, so that their memory can be distinguished.
    const server = await start(file);
    try {
      await CASES[name]!(server);
    } catch (error) {
      console.log(`${name}: ${(error as Error).message}`);
    } finally {
      server.child.kill();
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
process.exit(0);
