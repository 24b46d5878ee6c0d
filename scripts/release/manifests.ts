/** The manifests that package managers want, each rendered from the same release: Homebrew, Scoop, winget. */
import {
  archiveStem,
  type Artifact,
  artifactOf,
  downloadUrl,
  PROJECT,
  type Release,
} from "./project.ts";

/** The formula for Homebrew, `findscu.rb`: macOS and Linux. */
export function homebrewFormula(release: Release): string {
  const source = (name: string): string => {
    const { file, sha256 } = artifactOf(release, name);
    return `      url "${
      downloadUrl(release.version, file)
    }"\n      sha256 "${sha256}"`;
  };
  return `class Findscu < Formula
  desc "${PROJECT.summary}"
  homepage "${PROJECT.homepage}"
  version "${release.version}"
  license "${PROJECT.license}"

  on_macos do
    on_arm do
${source("macos-arm64")}
    end
    on_intel do
${source("macos-x64")}
    end
  end

  on_linux do
    on_arm do
${source("linux-arm64")}
    end
    on_intel do
${source("linux-x64")}
    end
  end

  def install
    bin.install "findscu"
    man1.install "findscu.1"
    bash_completion.install "completions/findscu.bash" => "findscu"
    zsh_completion.install "completions/_findscu"
    fish_completion.install "completions/findscu.fish"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/findscu --version")
    assert_match "Doe^Jane", shell_output("#{bin}/findscu mock:demo -q PatientName=Doe^Jane")
  end
end
`;
}

/** The manifest for Scoop, `findscu.json`. */
export function scoopManifest(release: Release): string {
  const source = (name: string) => {
    const { file, sha256, target } = artifactOf(release, name);
    return {
      url: downloadUrl(release.version, file),
      hash: sha256,
      extract_dir: archiveStem(release.version, target),
    };
  };
  const updated = (name: string) => {
    const { target } = artifactOf(release, name);
    const stem = archiveStem("$version", target);
    return {
      url: downloadUrl("$version", `${stem}.zip`),
      extract_dir: stem,
    };
  };
  const manifest = {
    version: release.version,
    description: PROJECT.summary,
    homepage: PROJECT.homepage,
    license: PROJECT.license,
    architecture: {
      "64bit": source("windows-x64"),
      arm64: source("windows-arm64"),
    },
    bin: "findscu.exe",
    checkver: "github",
    autoupdate: {
      architecture: {
        "64bit": updated("windows-x64"),
        arm64: updated("windows-arm64"),
      },
      hash: { url: "$baseurl/SHA256SUMS" },
    },
  };
  return `${JSON.stringify(manifest, null, 4)}\n`;
}

/** Name under which winget knows the program. */
const WINGET_ID = "findscu.findscu";
const WINGET_SCHEMA = "1.10.0";

/** The three manifests for winget, by file name. */
export function wingetManifests(
  release: Release,
): ReadonlyMap<string, string> {
  const head = (type: string): string =>
    `# yaml-language-server: $schema=https://aka.ms/winget-manifest.${type}.${WINGET_SCHEMA}.schema.json
PackageIdentifier: ${WINGET_ID}
PackageVersion: ${release.version}
`;
  const tail = (type: string): string =>
    `ManifestType: ${type}\nManifestVersion: ${WINGET_SCHEMA}\n`;
  const installer = (architecture: string, artifact: Artifact): string =>
    `- Architecture: ${architecture}
  NestedInstallerFiles:
  - RelativeFilePath: ${
      archiveStem(release.version, artifact.target)
    }\\findscu.exe
    PortableCommandAlias: findscu
  InstallerUrl: ${downloadUrl(release.version, artifact.file)}
  InstallerSha256: ${artifact.sha256.toUpperCase()}
`;
  return new Map([
    [
      `${WINGET_ID}.yaml`,
      `${head("version")}DefaultLocale: en-US\n${tail("version")}`,
    ],
    [
      `${WINGET_ID}.installer.yaml`,
      `${head("installer")}InstallerType: zip
NestedInstallerType: portable
ReleaseDate: ${release.date}
Installers:
${installer("x64", artifactOf(release, "windows-x64"))}${
        installer("arm64", artifactOf(release, "windows-arm64"))
      }${tail("installer")}`,
    ],
    [
      `${WINGET_ID}.locale.en-US.yaml`,
      `${head("defaultLocale")}PackageLocale: en-US
Publisher: ${PROJECT.publisher}
PackageName: ${PROJECT.title}
PackageUrl: ${PROJECT.homepage}
License: ${PROJECT.license}
ShortDescription: ${PROJECT.summary}
Description: >-
  ${PROJECT.description}
Moniker: ${PROJECT.name}
Tags:
${PROJECT.keywords.map((word) => `- ${word}\n`).join("")}${
        tail("defaultLocale")
      }`,
    ],
  ]);
}
