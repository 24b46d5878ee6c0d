/** Transports that others bring: programs on the PATH, and modules. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import process from "node:process";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Connector } from "../../src/transport.ts";
import { socketTransport } from "../../transports/node_socket.ts";
import { findscu } from "../support/process.ts";
import { withServe } from "../support/serve_process.ts";
import { hasProgram, testCredentials } from "../support/tls.ts";
import { connectorSuite } from "../../testing/connector_suite.ts";
import { transportSuite } from "../../testing/transport_suite.ts";
import unixSocket from "../../docs/examples/unix_socket.mjs";

const examples = fileURLToPath(
  new URL("../../docs/examples", import.meta.url),
);
const query = ["-q", "PatientName=Doe*", "--count"];

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), "findscu-plugins-"));
  process.env["DICOM_SOCKETS"] = folder;
});
after(() => rmSync(folder, { recursive: true }));

function withPath(path: string) {
  return { env: { PATH: `${path}${delimiter}${process.env["PATH"]}` } };
}

/** A plug-in of two lines of shell. */
function plugin(name: string, script: string): void {
  const file = join(folder, `findscu-transport-${name}`);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

for (const name of ["socat", "python"]) {
  const program = name === "python" ? "python3" : name;
  test(
    `the example plug-in by ${program} serves ${name}+dicom:// and ${name}+dicoms://`,
    {
      skip: hasProgram(program) ? false : `${program} is not installed here`,
    },
    async () => {
      await withServe(["demo"], async (port) => {
        const { code, stdout, stderr } = await findscu(
          [`${name}+dicom://ANY@localhost:${port}`, ...query],
          withPath(examples),
        );
        assert.deepEqual({ code, stdout, stderr }, {
          code: 0,
          stdout: "9\n",
          stderr: "",
        });
      });
      const pki = await testCredentials();
      const tls = ["+tls", pki.path("server.key"), pki.path("server.pem")];
      await withServe(["demo", ...tls], async (port) => {
        const { code, stdout, stderr } = await findscu(
          [
            `${name}+dicoms://localhost:${port}`,
            "+cf",
            pki.path("ca.pem"),
            ...query,
          ],
          withPath(examples),
        );
        assert.deepEqual([code, stdout], [0, "9\n"], stderr);
      });
      pki.dispose();
      const { code, stderr } = await findscu(
        [`${name}+dicom://localhost:1`, ...query],
        withPath(examples),
      );
      assert.equal(code, 60);
      assert.match(
        stderr,
        /ended with exit code 1 before any data arrived; it says ".*[Rr]efused"/,
      );
    },
  );
}

test("a plug-in is called with host, port and address; what it says is shown", async () => {
  plugin("odd", 'echo "got $1 and $2 of $3" >&2; exit 5');
  const { code, stderr } = await findscu(
    ["odd+dicoms://A%20B@[::1]/", "--system-ca", "-v", ...query],
    withPath(folder),
  );
  assert.equal(code, 60, stderr);
  assert.match(
    stderr,
    /^I: got ::1 and 2762 of odd\+dicoms:\/\/A%20B@\[::1\]\/$/m,
  );
  assert.match(
    stderr,
    /exit code 5 before any data arrived; it says "got ::1 /,
  );
});

test("an unknown scheme lists those that are there, and where they are looked for", async () => {
  plugin("beta", "exit 1");
  plugin("alpha", "exit 1");
  writeFileSync(join(folder, "findscu-transport-gamma"), "not executable");
  for (
    const address of ["ftp://pacs:104", "x+y://pacs", "nobody+dicom://pacs"]
  ) {
    const { code, stderr } = await findscu(
      [address, ...query],
      withPath(folder),
    );
    assert.equal(code, 1, stderr);
    assert.match(stderr, /ftp|x\+y|nobody/);
    assert.match(stderr, /findscu-transport-/);
    assert.match(stderr, /on the PATH/);
    assert.match(stderr, /alpha\+dicom:\/\/, beta\+dicom:\/\//);
    assert.doesNotMatch(stderr, /gamma/);
  }
  const both = await findscu(
    ["alpha+dicom://a", "--via", "socks5://b", ...query],
    withPath(folder),
  );
  assert.equal(both.code, 1);
  assert.match(both.stderr, /--via not allowed with the address of a plug-in/);
});

test("a module serves as the transport, and what it throws is its own", async () => {
  const file = (name: string, text: string) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  await withServe(["demo"], async (port) => {
    const connector = file(
      "good.ts",
      `import { connect } from "node:net";
type Target = { readonly host: string; readonly port: number };
export default async ({ host }: Target) => {
  const socket = connect({ host: "127.0.0.1", port: ${port} });
  await new Promise((resolve) => socket.once("connect", resolve));
  const chunks = socket[Symbol.asyncIterator]();
  return {
    info: { kind: "own", peer: host },
    read: async () => (await chunks.next()).value ?? null,
    write: (bytes: Uint8Array) => new Promise<void>((resolve) => socket.write(bytes, () => resolve())),
    close: () => socket.destroySoon(),
  };
};
`,
    );
    const { code, stdout, stderr } = await findscu(
      ["--transport", connector, "nowhere.invalid:104", ...query],
    );
    assert.deepEqual({ code, stdout, stderr }, {
      code: 0,
      stdout: "9\n",
      stderr: "",
    });
  });
  for (
    const [text, code, message] of [
      [
        "export default () => { throw new Error('my own'); };",
        60,
        /The transport ".*" failed: my own/,
      ],
      ["export default async () => 5;", 60, /did not resolve with a transport/],
      [
        "export default async () => ({ info: { kind: 'x', peer: 'y' }, read: async () => { throw new Error('my own'); }, write: async () => {}, close() {} });",
        65,
        /The transport to pacs:104 failed: my own/,
      ],
      ["export default 5;", 22, /does not export a function by default/],
      ["export default (;", 22, /Cannot load the transport/],
      [
        "export default () => new Promise(() => {});",
        66,
        /Timed out: waited 1 s for the connection to open/,
      ],
    ] as const
  ) {
    const path = file(`bad${code}${text.length}.mjs`, text);
    const outcome = await findscu(
      ["--transport", path, "--timeout", "1", "pacs:104", ...query],
    );
    assert.equal(outcome.code, code, outcome.stderr);
    assert.match(outcome.stderr, message);
  }
  const absent = await findscu([
    "--transport",
    "absent.mjs",
    "pacs:104",
    ...query,
  ]);
  assert.equal(absent.code, 20, absent.stderr);
  const mock = await findscu([
    "--transport",
    "absent.mjs",
    "mock:demo",
    ...query,
  ]);
  assert.equal(mock.code, 1);
  const via = await findscu([
    "--transport",
    "x.mjs",
    "--via",
    "socks5://a",
    "pacs:104",
    ...query,
  ]);
  assert.equal(via.code, 1);
});

transportSuite("unix", async () => {
  const path = join(folder, `${crypto.randomUUID().slice(0, 8)}.sock`);
  const server = createServer();
  const accepted = new Promise<import("node:net").Socket>((resolve) =>
    server.once("connection", resolve)
  );
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const [client, socket] = await Promise.all([
    (unixSocket as Connector)({
      host: path.slice(folder.length + 1, -".sock".length),
      port: 104,
    }, { signal: new AbortController().signal }),
    accepted,
  ]);
  return {
    client,
    server: socketTransport(socket, { kind: "unix", peer: "client" }),
    dispose: () => void server.close(),
  };
});

connectorSuite("unix", async () => {
  const name = crypto.randomUUID().slice(0, 8);
  const server = createServer();
  await new Promise<void>((resolve) =>
    server.listen(join(folder, `${name}.sock`), resolve)
  );
  return {
    connector: unixSocket as Connector,
    target: { host: name, port: 104 },
    accept: async () => {
      const [socket] = await once(server, "connection");
      return socketTransport(socket, { kind: "unix", peer: "client" });
    },
    refusing: { host: "nobody", port: 104 },
    dispose: () => void server.close(),
  };
});
