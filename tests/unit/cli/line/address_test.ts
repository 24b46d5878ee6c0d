/** ADDRESS arguments. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isAddress, parseAddress } from "../../../../src/cli/line/address.ts";
import { UsageError } from "../../../../src/errors.ts";

function tcp(host: string, port: number, aeTitle?: string) {
  return { transport: "tcp", host, port, aeTitle };
}

function tls(host: string, port: number, aeTitle?: string) {
  return { ...tcp(host, port, aeTitle), transport: "tls" };
}

describe("parseAddress()", () => {
  for (
    const [text, address] of [
      ["host:104", tcp("host", 104)],
      ["AE@host:104", tcp("host", 104, "AE")],
      ["MY PACS@10.0.0.1:11112", tcp("10.0.0.1", 11112, "MY PACS")],
      ["[::1]:104", tcp("::1", 104)],
      ["AE@[fe80::1%eth0]:104", tcp("fe80::1%eth0", 104, "AE")],
      ["dicom://host", tcp("host", 104)],
      ["dicom://host:11112/", tcp("host", 11112)],
      ["dicom://AE@host", tcp("host", 104, "AE")],
      ["dicom://MY%20PACS@host", tcp("host", 104, "MY PACS")],
      ["dicom://[::1]", tcp("::1", 104)],
      ["dicom://[::1]:105", tcp("::1", 105)],
      ["dicoms://host", tls("host", 2762)],
      ["DICOMS://AE@host:1", tls("host", 1, "AE")],
      ["mock:demo", { transport: "mock", source: "demo" }],
      ["mock:demo?fault=abort", {
        transport: "mock",
        source: "demo?fault=abort",
      }],
      ...[
        "C:\\data",
        "C:/data/x.json",
        "\\\\server\\share\\data",
        "\\\\?\\C:\\data",
      ].map((source) =>
        [`mock:${source}`, { transport: "mock", source }] as const
      ),
    ] as const
  ) {
    test(text, () => {
      assert.ok(isAddress(text));
      assert.deepEqual(parseAddress(text), address);
    });
  }

  for (
    const text of [
      "host:0",
      "host:65536",
      "@host:104",
      "A VERY LONG AE TITLE@host:104",
      "dicom://",
      "dicom://host:104/path",
      "dicom://ho st",
      "dicom://%zz@host",
      "dicom://::1",
      "dicoms://host:port",
      "mock:",
    ]
  ) {
    test(`refuses ${text} and shows it`, () => {
      assert.ok(isAddress(text));
      assert.throws(
        () => parseAddress(text),
        (error) => error instanceof UsageError && error.message.includes(text),
      );
    });
  }

  for (
    const text of [
      "host",
      "104",
      "AE@host",
      "::1",
      "[::1]",
      "C:\\query.dcm",
      "C:/query.dcm",
      "C://query.dcm",
      "c:query.dcm",
      "\\\\server\\share\\query.dcm",
      "\\\\?\\C:\\query.dcm",
      "./x:104",
      "StudyTime=10:30",
      "",
    ]
  ) {
    test(`takes ${JSON.stringify(text)} for something else`, () => {
      assert.equal(isAddress(text), false);
    });
  }
});

test("parseAddress() keeps the whole address for a transport plug-in", () => {
  for (const scheme of ["k8s+dicom", "K8S+DICOMS"]) {
    const text = `${scheme}://A%20B@[::1]/`;
    const isTls = scheme.endsWith("S");
    assert.deepEqual(parseAddress(text), {
      transport: isTls ? "tls" : "tcp",
      host: "::1",
      port: isTls ? 2762 : 104,
      aeTitle: "A B",
      plugin: { name: "k8s", address: text },
    });
  }
});

test("parseAddress() refuses unknown schemes", () => {
  for (const text of ["ftp://host", "x+y://host:1", "+dicom://host"]) {
    if (!isAddress(text)) continue;
    assert.throws(
      () => parseAddress(text),
      /^UnknownSchemeError: Unknown scheme/,
    );
  }
});

test("a host name beyond ASCII is refused, and what DNS has in its place named", () => {
  for (const host of ["bücher.example", "例え.test:104", "ｌocalhost"]) {
    assert.throws(
      () => parseAddress(`dicom://PACS@${host}`),
      (error) =>
        error instanceof UsageError && /not ASCII/.test(error.message) &&
        /xn--/.test(error.hint ?? ""),
    );
  }
});
