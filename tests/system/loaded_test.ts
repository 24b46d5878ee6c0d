/** What one query loads on Deno: nothing of Node, and no module that belongs to other runs. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { root } from "../../scripts/compile_steps.ts";
import { loadedBy } from "../../scripts/bench/loaded.ts";
import { ReplayServer } from "../../scripts/bench/measure.ts";
import { runCommand, scriptCommand } from "../support/process.ts";

/** What only other runs need. */
const FOREIGN =
  /^(?:src\/(?:identifier\/(?:\w+_file|detect)|cli\/(?:log\/(?:layout|appender|settings)|lists|commands\/(?:probe|serve))|scp|matching|probe)|transports\/(?:node_|tls|via|foreign))/;

const IMPORTS_NODE = /^import (?!type)[^;]*from "node:[^"]*";/m;

/** A module that makes Node's timers unusable: the first of them costs as much as loading a third of our modules. */
const NO_TIMERS = `data:text/javascript,${
  encodeURIComponent(
    `for (const name of ["setTimeout", "setInterval", "setImmediate"]) {
      globalThis[name] = () => { throw new Error(name + " was called"); };
    }`,
  )
}`;

test("a query over TCP needs no timers of Node's on Deno", {
  skip: !("Deno" in globalThis),
}, async () => {
  const server = new ReplayServer();
  try {
    const port = await server.start();
    const [deno = "", ...run] = scriptCommand(`${root}cli.ts`);
    const { code, stderr } = await runCommand([
      ...[deno, run[0]!, `--preload=${NO_TIMERS}`, ...run.slice(1)],
      ...["-S", "-sr", "-aec", "N1", "-k", "QueryRetrieveLevel=STUDY"],
      ...["-k", "PatientName", "127.0.0.1", port],
    ]);
    assert.deepEqual([code, stderr], [0, ""]);
  } finally {
    server.stop();
  }
});

test("a query over TCP loads nothing of Node, and nothing of other runs", {
  skip: !("Deno" in globalThis),
}, async () => {
  const server = new ReplayServer();
  try {
    const port = await server.start();
    const loaded = loadedBy([
      ...["-S", "-sr", "-aec", "N1", "-k", "QueryRetrieveLevel=STUDY"],
      ...["-k", "PatientName", "127.0.0.1", port],
    ]).map(({ path }) => path);
    assert.ok(loaded.includes("transports/deno_tcp.ts"), loaded.join(" "));
    assert.deepEqual(loaded.filter((path) => FOREIGN.test(path)), []);
    const own = loaded.filter((path) => !path.startsWith("npm:"));
    const eager = own.filter((path) =>
      IMPORTS_NODE.test(readFileSync(root + path, "utf8"))
    );
    assert.deepEqual(eager, []);
  } finally {
    server.stop();
  }
});
