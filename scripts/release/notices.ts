/** The third-party notices of an archive: whose work is in it besides ours, under which licence. */
import type { Component } from "./sbom.ts";

/** A component with the text of its licence, if the component brings one along. */
export interface Noticed extends Component {
  readonly licenseText: string | undefined;
}

/** What is known of the runtimes that executables consist of for the most part. */
export const RUNTIMES = {
  bun: {
    license: "MIT AND LGPL-2.1-only",
    notice:
      "This executable contains the Bun runtime. Bun itself is under the MIT licence. It links JavaScriptCore and WebKit's " +
      "WTF (LGPL 2.1 and BSD), BoringSSL (ISC, OpenSSL and Apache 2.0), and smaller libraries under MIT, BSD, zlib and similar " +
      "licences. The complete list, and the sources with which another JavaScriptCore can be linked, are part of Bun's " +
      "repository: https://github.com/oven-sh/bun (LICENSE.md).",
  },
  deno: {
    license: "MIT AND BSD-3-Clause",
    notice:
      "This executable contains the Deno runtime. Deno itself is under the MIT licence. It links V8 (BSD), rustls (Apache " +
      "2.0, ISC or MIT) and further Rust crates under MIT, Apache 2.0, BSD and similar licences. The complete list is part of " +
      "Deno's repository: https://github.com/denoland/deno.",
  },
} as const;

/** The text of the notices file. */
export function noticesText(
  runtime: keyof typeof RUNTIMES | undefined,
  packages: readonly Noticed[],
): string {
  const parts = [
    "Third-party notices of findscu",
    ...(runtime === undefined ? [] : [wrapped(RUNTIMES[runtime].notice)]),
    ...packages.map(({ name, version, license, licenseText }) =>
      `${RULE}\n${name} ${version} (${license})\n\n${
        (licenseText ?? "It brings no text of its licence along.").trim()
      }`
    ),
    ...(runtime === undefined && packages.length === 0
      ? ["There is nothing of others in it."]
      : []),
  ];
  return `${parts.join("\n\n")}\n`;
}

const RULE = "-".repeat(72);

function wrapped(text: string): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > RULE.length) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].join("\n");
}
