/**
 * Records in which order the functions of an executable made by Bun are called in runs as people make them, so that the next one
 * can have their bytecode in that order, one page beside the other.
 *
 *   bun scripts/bytecode_order.ts EXECUTABLE FOLDER        prints the files that it has written, the most usual run first
 */
import { spawnSync } from "node:child_process";
import process from "node:process";
import { ReplayServer } from "./bench/measure.ts";

const [, , executable = "", folder = ""] = process.argv;

const server = new ReplayServer(process.execPath);
try {
  const port = await server.start();
  const keys = ["-k", "QueryRetrieveLevel=STUDY", "-k", "PatientName"];
  const address = [`N1@127.0.0.1:${port}`, "-q", "PatientName"];
  const runs = [
    ["-S", "-aec", "N1", ...keys, "127.0.0.1", port],
    address,
    [...address, "--jsonl"],
  ];
  for (const [index, args] of runs.entries()) {
    const file = `${folder}/order${index + 1}`;
    const { status, stderr } = spawnSync(executable, args, {
      env: { ...process.env, BUN_BYTECODE_ORDER_OUT: file },
      stdio: ["ignore", "ignore", "pipe"],
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`${args.join(" ")} failed: ${stderr}`);
    console.log(file);
  }
} finally {
  server.stop();
}
