/** Queries by an SCU made with pynetdicom, if Python has it: FINDSCU_TEST_PYTHON names another interpreter than python3. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { execute } from "./process.ts";

/** The interpreter. */
export const PYTHON = process.env["FINDSCU_TEST_PYTHON"] ?? "python3";

const SCU = fileURLToPath(new URL("./pynetdicom_scu.py", import.meta.url));

/** Why pynetdicom cannot be asked; false if it can. */
export function withoutPynetdicom(): string | false {
  const { status } = spawnSync(PYTHON, ["-c", "import pydicom, pynetdicom"]);
  return status === 0 ? false : "pynetdicom not installed here";
}

/** What the SCU is to do. */
export interface PynetdicomTask {
  readonly port: number;
  /** AE title of the peer. */
  readonly called: string;
  readonly queries: readonly {
    /** DCMTK's option of the model. */
    readonly model: string;
    /** As DCMTK's `-k` takes them. */
    readonly keys: readonly string[];
    /** C-CANCEL after so many matches. */
    readonly cancel?: number;
  }[];
  /** Extended negotiation that is proposed for each model (PS3.4 C.5.1.1). */
  readonly extended?: readonly number[];
}

type Values = { readonly [keyword: string]: string | readonly Values[] };

/** What came of it. */
export interface PynetdicomAnswer {
  /** Status of a C-ECHO. */
  readonly echo: number;
  /** Extended negotiation as the peer accepted it, by SOP class. */
  readonly extended: Readonly<Record<string, readonly number[]>>;
  readonly answers: readonly {
    readonly status: number | null;
    readonly matches: readonly Values[];
  }[];
}

/** Does a task on an association of its own. */
export async function askWithPynetdicom(
  task: PynetdicomTask,
): Promise<PynetdicomAnswer> {
  const { code, stdout, stderr } = await execute(PYTHON, [SCU], {
    input: JSON.stringify(task),
  });
  assert.equal(code, 0, String(stderr));
  return JSON.parse(String(stdout));
}
