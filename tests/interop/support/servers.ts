/** Other makers' servers with the data of `archives.ts`, each on a free port of the loopback interface. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { makeImages, makeWorklist } from "./archives.ts";
import {
  executeWell,
  freePort,
  installed,
  type Server,
  startServer,
} from "./process.ts";

/** Starts a server in a scratch folder that is its own. */
export type Start = (folder: string) => Promise<Server>;

/** A kind of server. */
export interface Peer {
  readonly name: string;
  /** Which query models it answers. */
  readonly isArchive: boolean;
  readonly isWorklist: boolean;
  /** Its AE title. */
  readonly aeTitle: string;
  /** Why it cannot be used here, or undefined. */
  readonly missing: string | undefined;
  readonly start: Start;
}

function missing(...programs: string[]): string | undefined {
  const absent = programs.filter((program) => installed(program) === undefined);
  return absent.length === 0
    ? undefined
    : `${absent.join(", ")} not installed here`;
}

/** DCMTK's image archive. */
export const DCMQRSCP: Peer = {
  name: "dcmqrscp",
  isArchive: true,
  isWorklist: false,
  aeTitle: "QRSCP",
  missing: missing("dcmqrscp", "storescu", "dump2dcm"),
  async start(folder) {
    const port = await freePort();
    mkdirSync(`${folder}/db`);
    writeFileSync(
      `${folder}/dcmqrscp.cfg`,
      [
        `NetworkTCPPort = ${port}`,
        "MaxPDUSize = 16384",
        "MaxAssociations = 16",
        "HostTable BEGIN",
        "HostTable END",
        "VendorTable BEGIN",
        "VendorTable END",
        "AETable BEGIN",
        `QRSCP ${folder}/db RW (200, 1024mb) ANY`,
        "AETable END",
        "",
      ].join("\n"),
    );
    // Not as a single process: that one crashes after its first association.
    const server = await startServer(
      "dcmqrscp",
      ["-c", `${folder}/dcmqrscp.cfg`],
      port,
    );
    return await loaded(server, "QRSCP", folder);
  },
};

/** DCMTK's worklist server. */
export const WLMSCPFS: Peer = {
  name: "wlmscpfs",
  isArchive: false,
  isWorklist: true,
  aeTitle: "WLMSCP",
  missing: missing("wlmscpfs", "dump2dcm"),
  async start(folder) {
    await makeWorklist(`${folder}/WLMSCP`);
    const port = await freePort();
    return await startServer("wlmscpfs", [
      "--single-process",
      "--keep-char-set",
      "--data-files-path",
      folder,
      String(port),
    ], port);
  },
};

const WORKLIST_PLUGIN = "/usr/share/orthanc/plugins/libModalityWorklists.so";

/** Orthanc with its worklist plug-in. */
export const ORTHANC: Peer = {
  name: "Orthanc",
  isArchive: true,
  isWorklist: true,
  aeTitle: "ORTHANC",
  missing: missing("Orthanc", "storescu", "dump2dcm"),
  async start(folder) {
    const port = await freePort();
    await makeWorklist(`${folder}/worklist`);
    const configuration = {
      Name: "Interop",
      StorageDirectory: `${folder}/db`,
      IndexDirectory: `${folder}/db`,
      DicomAet: "ORTHANC",
      // Answers come in this one, and lose what it does not have.
      DefaultEncoding: "Utf8",
      DicomPort: port,
      DicomCheckCalledAet: false,
      DicomAlwaysAllowEcho: true,
      DicomAlwaysAllowStore: true,
      DicomAlwaysAllowFind: true,
      DicomAlwaysAllowFindWorklist: true,
      HttpServerEnabled: false,
      RemoteAccessAllowed: false,
      Plugins: [WORKLIST_PLUGIN],
      Worklists: { Enable: true, Database: `${folder}/worklist` },
    };
    writeFileSync(`${folder}/orthanc.json`, JSON.stringify(configuration));
    const server = await startServer(
      installed("Orthanc") ?? "Orthanc",
      [`${folder}/orthanc.json`],
      port,
    );
    return await loaded(server, "ORTHANC", folder);
  },
};

/** All of them. */
export const PEERS: readonly Peer[] = [DCMQRSCP, WLMSCPFS, ORTHANC];

/** Stores the images on a server; stops it when that fails. */
async function loaded(
  server: Server,
  aeTitle: string,
  folder: string,
): Promise<Server> {
  try {
    const files = await makeImages(`${folder}/images`);
    await executeWell("storescu", [
      "-R",
      "-aec",
      aeTitle,
      "127.0.0.1",
      String(server.port),
      ...files,
    ]);
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** Runs `body` with a new folder, which is gone afterwards. */
export async function withFolder<Result>(
  body: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(`${tmpdir()}/findscu-interop-`);
  try {
    return await body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs `body` with a started peer. */
export function withPeer<Result>(
  peer: Peer,
  body: (server: Server) => Promise<Result>,
): Promise<Result> {
  return withFolder(async (folder) => {
    const server = await peer.start(folder);
    try {
      return await body(server);
    } finally {
      await server.stop();
    }
  });
}
