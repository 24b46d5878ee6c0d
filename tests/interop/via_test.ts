/** Ways through other makers' proxies and programs, to another maker's archive. */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import process from "node:process";
import { test } from "node:test";
import { findscu } from "../support/process.ts";
import {
  executeWell,
  freePort,
  installed,
  startServer,
} from "./support/process.ts";
import { DCMQRSCP, withFolder, withPeer } from "./support/servers.ts";

const access = { user: "bob", password: "s3cret" };
const env = { PROXY_PASSWORD: access.password };
const fromEnv = ["--via-password-env", "PROXY_PASSWORD"];
const query = ["-q", "PatientID", "--count"];

function missing(program: string): string | undefined {
  return DCMQRSCP.missing ??
    (installed(program) ? undefined : `${program} is not installed here`);
}

/** How a query ends that takes a way to an archive at this port; and that it answers the same as without the way. */
async function throughWay(way: readonly string[], port: number) {
  const address = `QRSCP@localhost:${port}`;
  const [direct, tried] = await Promise.all([
    findscu([address, ...query]),
    findscu([...way, address, ...query], { env }),
  ]);
  assert.equal(direct.code, 0, direct.stderr);
  if (tried.code === 0) assert.equal(tried.stdout, direct.stdout);
  return tried;
}

async function microsocks(args: readonly string[]) {
  const port = await freePort();
  return await startServer("microsocks", [
    "-i",
    "127.0.0.1",
    "-p",
    String(port),
    ...args,
  ], port);
}

test(
  "microsocks",
  { skip: missing("microsocks") },
  () =>
    withPeer(DCMQRSCP, async ({ port }) => {
      const login = ["-u", access.user, "-P", access.password];
      const [open, guarded] = await Promise.all([
        microsocks([]),
        microsocks(login),
      ]);
      try {
        const place = `127.0.0.1:${guarded.port}`;
        for (
          const [way, code, message] of [
            [["--via", `socks5://127.0.0.1:${open.port}`], 0, /^$/],
            [["--via", `socks5://bob@${place}`, ...fromEnv], 0, /^$/],
            [["--via", `socks5://${place}`], 60, /requires a user name/],
            [["--via", `socks5://eve@${place}`, ...fromEnv], 60, /refuses/],
            [["--via", `http://127.0.0.1:${open.port}`], 60, /./],
          ] as const
        ) {
          const tried = await throughWay(way, port);
          assert.equal(tried.code, code, tried.stderr);
          assert.match(tried.stderr, message);
        }
        const nobody = await freePort();
        const { code, stderr } = await findscu([
          "--via",
          `socks5://127.0.0.1:${open.port}`,
          `localhost:${nobody}`,
          ...query,
        ]);
        assert.equal(code, 60);
        assert.match(
          stderr,
          /the proxy reports that the connection was refused/,
        );
      } finally {
        await Promise.all([open.stop(), guarded.stop()]);
      }
    }),
);

test("tinyproxy, alone and after microsocks", {
  skip: missing("tinyproxy") ?? missing("microsocks"),
}, () =>
  withPeer(DCMQRSCP, ({ port }) =>
    withFolder(async (folder) => {
      const [openPort, closedPort] = [await freePort(), await freePort()];
      const start = async (name: string, at: number, lines: string[]) => {
        const file = `${folder}/${name}.conf`;
        writeFileSync(
          file,
          [`Port ${at}`, "Listen 127.0.0.1", "Timeout 60", ...lines, ""]
            .join("\n"),
        );
        return await startServer("tinyproxy", ["-d", "-c", file], at);
      };
      const open = await start("open", openPort, [
        `BasicAuth ${access.user} ${access.password}`,
      ]);
      const strict = await start("strict", closedPort, ["ConnectPort 443"]);
      const socks = await microsocks([]);
      try {
        const place = `127.0.0.1:${openPort}`;
        for (
          const [way, code, message] of [
            [["--via", `http://bob@${place}`, ...fromEnv], 0, /^$/],
            [
              [
                "--via",
                `socks5://127.0.0.1:${socks.port}`,
                "--via",
                `http://bob@${place}`,
                ...fromEnv,
              ],
              0,
              /^$/,
            ],
            [["--via", `http://${place}`], 60, /requires a user name/],
            [["--via", `http://eve@${place}`, ...fromEnv], 60, /refuses/],
            [["--via", `http://127.0.0.1:${closedPort}`], 60, /allow/],
          ] as const
        ) {
          const tried = await throughWay(way, port);
          assert.equal(tried.code, code, tried.stderr);
          assert.match(tried.stderr, message);
        }
      } finally {
        await Promise.all([open.stop(), strict.stop(), socks.stop()]);
      }
    })));

test(
  "socat as a program",
  { skip: missing("socat") },
  () =>
    withPeer(DCMQRSCP, async ({ port }) => {
      for (
        const way of [
          "exec:socat - TCP:%h:%p",
          "exec-sh:socat - TCP:%h:%p 2>/dev/null",
        ]
      ) {
        const tried = await throughWay(["--via", way], port);
        assert.equal(tried.code, 0, tried.stderr);
      }
    }),
);

test(
  "ssh -W, through a server of OpenSSH that needs no rights",
  { skip: missing("sshd") ?? missing("ssh") },
  () =>
    withPeer(DCMQRSCP, ({ port }) =>
      withFolder(async (folder) => {
        for (const name of ["host", "user", "stranger"]) {
          const key = ["-q", "-t", "ed25519", "-N", "", "-f", name];
          await executeWell("ssh-keygen", key, { cwd: folder });
        }
        // If the server separates privileges, which only root's does.
        if (process.getuid?.() === 0) {
          mkdirSync("/run/sshd", { recursive: true });
        }
        const gate = await freePort();
        const config = `${folder}/sshd_config`;
        writeFileSync(
          config,
          [
            `Port ${gate}`,
            "ListenAddress 127.0.0.1",
            `HostKey ${folder}/host`,
            `AuthorizedKeysFile ${folder}/user.pub`,
            "StrictModes no",
            "UsePAM no",
            "PasswordAuthentication no",
            "KbdInteractiveAuthentication no",
            "PermitRootLogin prohibit-password",
            "PidFile none",
            "",
          ].join("\n"),
        );
        const key = readFileSync(`${folder}/host.pub`, "utf8");
        writeFileSync(`${folder}/known`, `[127.0.0.1]:${gate} ${key}`);
        const way = (identity: string) => [
          "--via",
          `exec:ssh -F none -i ${folder}/${identity} -o IdentitiesOnly=yes -o BatchMode=yes -o UserKnownHostsFile=${folder}/known -p ${gate} -W %h:%p ${userInfo().username}@127.0.0.1`,
        ];
        const server = await startServer(
          installed("sshd")!,
          ["-D", "-e", "-f", config],
          gate,
        );
        try {
          const good = await throughWay(way("user"), port);
          assert.deepEqual([good.code, good.stderr], [0, ""]);

          const stranger = await throughWay(way("stranger"), port);
          assert.equal(stranger.code, 60, stranger.stderr);
          assert.match(
            stranger.stderr,
            /exit code 255 before any data arrived; it says ".*Permission denied/,
          );

          const nobody = await findscu([
            ...way("user"),
            "-v",
            `localhost:${await freePort()}`,
            ...query,
          ]);
          assert.equal(nobody.code, 60, nobody.stderr);
          assert.match(nobody.stderr, /^I: .*Connection refused$/m);
          assert.match(nobody.stderr, /it says "stdio forwarding failed"/);
        } finally {
          await server.stop();
        }
      })),
);
