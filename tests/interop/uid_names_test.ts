/** DCMTK's names of UIDs, as its own programs read and print them. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { test } from "node:test";
import {
  dcmtkUidName,
  uidByDcmtkName,
} from "../../src/dictionary/dcmtk_uid_names.ts";
import { UID_ROWS } from "../../src/dictionary/uids_data.ts";
import { execute, executeWell, installed } from "./support/process.ts";
import { withFolder } from "./support/servers.ts";

const ITEM = /^ *\(0008,1150\) UI (?:=(\S+)|\[([^\]]*)\])/gm;

test("DCMTK reads and prints the names that we know", {
  skip: installed("dump2dcm") === undefined ? "DCMTK is not installed" : false,
}, async () => {
  const uids = UID_ROWS.trim().split("\n")
    .map((line) => line.split("\t")[0]!.replace("!", ""))
    .filter((uid) => dcmtkUidName(uid) !== undefined);
  await withFolder(async (folder) => {
    const items = async (values: readonly string[], option: string) => {
      const dump = values.map((value) =>
        `(fffe,e000) -\n(0008,1150) UI ${value}\n(fffe,e00d) -\n`
      ).join("");
      writeFileSync(
        `${folder}/uids.dump`,
        `(0008,1199) SQ\n${dump}(fffe,e0dd) -\n`,
      );
      // Names that this version does not know make it complain, but not stop.
      await execute("dump2dcm", [
        "-q",
        `${folder}/uids.dump`,
        `${folder}/uids`,
      ]);
      const { stdout } = await executeWell("dcmdump", [
        option,
        "+L",
        `${folder}/uids`,
      ]);
      return Array.from(
        stdout.toString("latin1").matchAll(ITEM),
        ([, name, value]) => name ?? value!,
      );
    };
    const printed = await items(uids.map((uid) => `[${uid}]`), "+Un");
    assert.equal(printed.length, uids.length);
    const known = new Map<string, string>();
    const differences: string[] = [];
    for (const [index, uid] of uids.entries()) {
      const theirs = printed[index]!.replace(/\0$/, "");
      if (theirs === uid) continue; // Newer than this DCMTK.
      if (!known.has(theirs)) known.set(theirs, uid);
      if (theirs !== dcmtkUidName(uid)) differences.push(`${uid} ${theirs}`);
    }
    assert.deepEqual(differences, []);
    assert.ok(known.size > 400);
    const names = [...known.keys()];
    const read = await items(names.map((name) => `=${name}`), "-Un");
    assert.deepEqual(
      read.map((uid) => uid.replace(/\0$/, "")),
      names.map((name) => uidByDcmtkName(name)),
    );
  });
});
