/** How an executable shows which machine it is for. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  executableFormat,
  executableName,
  formatComplaint,
  type Target,
  TARGETS,
} from "../../../scripts/compile_targets.ts";

/** The head of an ELF file with one program header, its interpreter. */
function elf(machine: number, interpreter: string): Uint8Array {
  const head = new Uint8Array(256);
  const view = new DataView(head.buffer);
  view.setUint32(0, 0x7f45_4c46); // magic
  view.setUint16(18, machine, true); // e_machine
  view.setBigUint64(32, 64n, true); // e_phoff
  view.setUint16(54, 56, true); // e_phentsize
  view.setUint16(56, 1, true); // e_phnum
  view.setUint32(64, 3, true); // PT_INTERP
  view.setBigUint64(72, 160n, true); // p_offset
  view.setBigUint64(96, BigInt(interpreter.length + 1), true); // p_filesz
  head.set(new TextEncoder().encode(interpreter), 160);
  return head;
}

function machO(cpuType: number): Uint8Array {
  const head = new Uint8Array(64);
  const view = new DataView(head.buffer);
  view.setUint32(0, 0xfeed_facf, true);
  view.setUint32(4, cpuType, true);
  return head;
}

function pe(machine: number): Uint8Array {
  const head = new Uint8Array(256);
  const view = new DataView(head.buffer);
  view.setUint16(0, 0x4d5a); // MZ
  view.setUint32(60, 128, true); // e_lfanew
  view.setUint32(128, 0x5045_0000); // PE
  view.setUint16(132, machine, true);
  return head;
}

const GLIBC = "/lib64/ld-linux-x86-64.so.2";
const MUSL = "/lib/ld-musl-x86_64.so.1";

const HEADS: readonly (readonly [name: string, head: Uint8Array])[] = [
  ["linux-x64", elf(0x3e, GLIBC)],
  ["linux-arm64", elf(0xb7, "/lib/ld-linux-aarch64.so.1")],
  ["linux-x64-musl", elf(0x3e, MUSL)],
  ["linux-arm64-musl", elf(0xb7, "/lib/ld-musl-aarch64.so.1")],
  ["macos-x64", machO(0x0100_0007)],
  ["macos-arm64", machO(0x0100_000c)],
  ["windows-x64", pe(0x8664)],
  ["windows-arm64", pe(0xaa64)],
];

function named(name: string): Target {
  const target = TARGETS.find((one) => one.name === name);
  assert.ok(target, name);
  return target;
}

describe("formatComplaint()", () => {
  for (const [name, head] of HEADS) {
    test(`takes the head of ${name} for that target alone`, () => {
      for (const target of TARGETS) {
        const complaint = formatComplaint(head, target);
        assert.equal(complaint === undefined, target.name === name, complaint);
      }
    });
  }

  test("says what is wrong", () => {
    const windows = named("windows-x64");
    assert.equal(
      formatComplaint(new Uint8Array(64), windows),
      "it is not an executable",
    );
    assert.equal(
      formatComplaint(elf(0x3e, GLIBC), windows),
      "it is ELF, not PE",
    );
    assert.equal(
      formatComplaint(pe(0xaa64), windows),
      "it is for arm64, not for x64",
    );
    assert.equal(
      formatComplaint(elf(0x3e, MUSL), named("linux-x64")),
      `its interpreter is ${MUSL}`,
    );
  });
});

describe("executableFormat()", () => {
  test("bears any cut of a head", () => {
    for (const [, head] of HEADS) {
      for (let length = 0; length < head.length; length++) {
        executableFormat(head.subarray(0, length));
      }
    }
  });
});

describe("executableName()", () => {
  test("ends in .exe on Windows alone", () => {
    assert.equal(executableName(named("windows-arm64")), "findscu.exe");
    assert.equal(executableName(named("macos-arm64")), "findscu");
  });
});
