/** The lists of ciphers and profiles, as DCMTK prints them and beyond. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { TlsSupport } from "../../../../src/cli/host.ts";
import { OPTION_TABLE } from "../../../../src/cli/line/options.ts";
import {
  cipherListText,
  profileListText,
} from "../../../../src/cli/line/tls_text.ts";
import { FakeHost } from "../../../support/fake_host.ts";

const { version } = new FakeHost();

const HEAD = [
  "$findscu: findscu v1.2.3 2026-11-22 $",
  "",
  "findscu: DICOM query (C-FIND) SCU",
  "",
];

const SUPPORT: TlsSupport = {
  runtime: "Fake 1.0",
  ciphers: ["TLS_A", "TLS_B"],
  profiles: [
    {
      id: "bcp195",
      name: "BCP 195 TLS Profile",
      isRetired: false,
      isDefault: true,
      support: "full",
      versions: ["TLS 1.2", "TLS 1.3"],
      suites: ["TLS_A", "TLS_B"],
      missing: [],
    },
    {
      id: "basic",
      name: "Basic TLS Secure Transport Connection Profile",
      isRetired: true,
      isDefault: false,
      support: "part",
      versions: ["TLS 1.0"],
      suites: ["TLS_B"],
      missing: ["TLS_C"],
    },
    {
      id: "null",
      name: "Unencrypted",
      isRetired: true,
      isDefault: true,
      support: "none",
      versions: [],
      suites: [],
      missing: [],
    },
  ],
};

test("--list-ciphers names one a line", () => {
  assert.deepEqual(cipherListText(SUPPORT, version).split("\n"), [
    ...HEAD,
    "Supported TLS ciphersuites are:",
    "  TLS_A",
    "  TLS_B",
    "",
  ]);
});

test("--list-profiles says what of each is supported", () => {
  assert.deepEqual(
    profileListText(SUPPORT, OPTION_TABLE, version).split("\n"),
    [
      ...HEAD,
      "TLS security profiles (PS3.15 Annex B) of this executable, on Fake 1.0:",
      "",
      "  +px  --profile-bcp195: BCP 195 TLS Profile (default)",
      "    TLS 1.2, TLS 1.3",
      "    TLS_A",
      "    TLS_B",
      "",
      "  +pb  --profile-basic: Basic TLS Secure Transport Connection Profile (retired)",
      "    TLS 1.0",
      "    TLS_B",
      "    not supported: TLS_C",
      "",
      "  +pn  --profile-null: Unencrypted (retired, default)",
      "    not supported",
      "",
    ],
  );
});
