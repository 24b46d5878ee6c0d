/** What package managers and auditors get, from a made-up release. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { TARGETS } from "../../../scripts/compile_targets.ts";
import {
  homebrewFormula,
  scoopManifest,
  wingetManifests,
} from "../../../scripts/release/manifests.ts";
import { noticesText } from "../../../scripts/release/notices.ts";
import { npmManifest, npmProgram } from "../../../scripts/release/npm.ts";
import {
  archiveName,
  artifactOf,
  type Release,
} from "../../../scripts/release/project.ts";
import { sbomText } from "../../../scripts/release/sbom.ts";

const release: Release = {
  version: "1.2.3",
  date: "2030-01-31",
  artifacts: TARGETS.map((target, index) => ({
    target,
    file: archiveName("1.2.3", target),
    sha256: String(index).repeat(64),
  })),
};

function sumOf(name: string): string {
  return artifactOf(release, name).sha256;
}

describe("archiveName()", () => {
  test("names version, system and architecture; zip on Windows", () => {
    const names = release.artifacts.map(({ file }) => file);
    assert.ok(names.includes("findscu-1.2.3-linux-x64-musl.tar.gz"));
    assert.ok(names.includes("findscu-1.2.3-macos-arm64.tar.gz"));
    assert.ok(names.includes("findscu-1.2.3-windows-x64.zip"));
    assert.equal(new Set(names).size, TARGETS.length);
  });

  test("names Deno if it is not the usual runtime, so that neither is taken for the other", () => {
    const target = TARGETS.find(({ name }) => name === "linux-x64")!;
    assert.equal(
      archiveName("1.2.3", target, "deno"),
      "findscu-deno-1.2.3-linux-x64.tar.gz",
    );
  });
});

describe("homebrewFormula()", () => {
  const formula = homebrewFormula(release);

  test("has each archive with its own sum", () => {
    for (
      const name of ["macos-arm64", "macos-x64", "linux-arm64", "linux-x64"]
    ) {
      const { file, sha256 } = artifactOf(release, name);
      assert.match(
        formula,
        new RegExp(`/v1\\.2\\.3/${file}"\\n +sha256 "${sha256}"`),
      );
    }
  });

  test("closes every block", () => {
    const opened = formula.match(/^ *(class|def)\b| do$/gm)?.length;
    assert.equal(formula.match(/^ *end$/gm)?.length, opened);
  });
});

describe("scoopManifest()", () => {
  const manifest = JSON.parse(scoopManifest(release));

  test("has both architectures with their sums", () => {
    const { "64bit": x64, arm64 } = manifest.architecture;
    assert.equal(x64.hash, sumOf("windows-x64"));
    assert.equal(arm64.hash, sumOf("windows-arm64"));
    assert.equal(x64.extract_dir, "findscu-1.2.3-windows-x64");
  });

  test("finds later versions by itself", () => {
    assert.match(manifest.autoupdate.architecture.arm64.url, /v\$version\//);
    assert.equal(manifest.autoupdate.hash.url, "$baseurl/SHA256SUMS");
  });
});

describe("wingetManifests()", () => {
  const manifests = wingetManifests(release);

  test("are the three that belong together", () => {
    const types = [...manifests.values()].map((text) =>
      /^ManifestType: (.*)$/m.exec(text)?.[1]
    );
    assert.deepEqual(types, ["version", "installer", "defaultLocale"]);
    for (const text of manifests.values()) {
      assert.match(text, /^PackageIdentifier: findscu\.findscu$/m);
      assert.match(text, /^PackageVersion: 1\.2\.3$/m);
    }
  });

  test("name the executable inside each archive", () => {
    const text = manifests.get("findscu.findscu.installer.yaml") ?? "";
    assert.match(
      text,
      /RelativeFilePath: findscu-1\.2\.3-windows-arm64\\findscu\.exe/,
    );
    assert.ok(text.includes(sumOf("windows-x64")));
    assert.match(text, /^ReleaseDate: 2030-01-31$/m);
  });
});

test("a release without an archive that a manifest wants is refused", () => {
  const none = { ...release, artifacts: [] };
  assert.throws(() => homebrewFormula(none), /no archive for macos-arm64/);
});

describe("sbomText()", () => {
  const components = [
    {
      name: "node-forge",
      version: "1.4.3",
      license: "BSD-3-Clause OR GPL-2.0",
      kind: "library",
      integrity: "sha512-AAEC",
    },
    { name: "bun", version: "1.4.5", license: "MIT", kind: "platform" },
  ] as const;
  const text = sbomText("1.2.3", "2030-01-31", components);
  const document = JSON.parse(text);

  test("is a CycloneDX document about the program", () => {
    assert.equal(document.bomFormat, "CycloneDX");
    assert.equal(document.specVersion, "1.6");
    assert.match(
      document.serialNumber,
      /^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    );
    assert.equal(document.metadata.component.purl, "pkg:npm/findscu@1.2.3");
  });

  test("has every component, with its hash in hex", () => {
    const [forge, bun] = document.components;
    assert.equal(forge.purl, "pkg:npm/node-forge@1.4.3");
    assert.deepEqual(forge.hashes, [{ alg: "SHA-512", content: "000102" }]);
    assert.equal(bun.type, "platform");
    assert.deepEqual(document.dependencies[0].dependsOn, [
      "pkg:npm/node-forge@1.4.3",
      "pkg:npm/bun@1.4.5",
    ]);
  });

  test("is the same bytes for the same release", () => {
    assert.equal(sbomText("1.2.3", "2030-01-31", components), text);
    assert.notEqual(sbomText("1.2.4", "2030-01-31", components), text);
  });
});

describe("noticesText()", () => {
  test("lists the runtime and every package", () => {
    const text = noticesText("bun", [{
      name: "node-forge",
      version: "1.4.3",
      license: "BSD-3-Clause",
      kind: "library",
      licenseText: "Redistribution is permitted.\n",
    }]);
    assert.match(text, /JavaScriptCore/);
    assert.match(text, /LGPL/);
    assert.match(text, /^node-forge 1\.4\.3 \(BSD-3-Clause\)$/m);
    assert.match(text, /Redistribution is permitted/);
  });
});

describe("the npm package", () => {
  const manifest = JSON.parse(npmManifest("1.2.3"));

  test("starts the bundle on Node.js 22 and later; what it needs is in it", () => {
    assert.deepEqual(manifest.bin, { findscu: "findscu.mjs" });
    assert.deepEqual(manifest.engines, { node: ">=22" });
    assert.deepEqual(manifest.dependencies, {});
    assert.equal(manifest.type, "module");
  });

  test("lets the shell find Node.js, once", () => {
    const once = npmProgram([
      ["findscu.mjs", "start();\n"],
      ["parts/a.mjs", "a();\n"],
    ]);
    assert.deepEqual(once, [
      ["findscu.mjs", "#!/usr/bin/env node\nstart();\n"],
      ["parts/a.mjs", "a();\n"],
    ]);
    assert.deepEqual(npmProgram(once), once);
  });
});
