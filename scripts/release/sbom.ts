/** The bill of materials of a release as CycloneDX 1.6 JSON: the program, the packages in it and the runtime around it. */
import { createHash } from "node:crypto";
import { PROJECT } from "./project.ts";

/** A package or runtime that is part of the executables. */
export interface Component {
  readonly name: string;
  readonly version: string;
  /** SPDX expression. */
  readonly license: string;
  readonly kind: "library" | "platform";
  /** Subresource integrity of the package, as lock files have it: `sha512-…`. */
  readonly integrity?: string | undefined;
}

/** The document, pretty-printed, with its last line end. The same input gives the same bytes. */
export function sbomText(
  version: string,
  date: string,
  components: readonly Component[],
): string {
  const own = `pkg:npm/${PROJECT.name}@${version}`;
  const parts = components.map((component) => ({
    type: component.kind,
    "bom-ref": purl(component),
    name: component.name,
    version: component.version,
    scope: "required",
    ...(component.integrity !== undefined &&
      { hashes: [hashOf(component.integrity)] }),
    licenses: [{ expression: component.license }],
    purl: purl(component),
  }));
  const document = {
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify([version, date, parts]))}`,
    version: 1,
    metadata: {
      timestamp: `${date}T00:00:00Z`,
      component: {
        type: "application",
        "bom-ref": own,
        name: PROJECT.name,
        version,
        description: PROJECT.summary,
        licenses: [{ license: { id: PROJECT.license } }],
        purl: own,
        externalReferences: [{ type: "vcs", url: PROJECT.homepage }],
      },
    },
    components: parts,
    dependencies: [
      { ref: own, dependsOn: parts.map((part) => part["bom-ref"]) },
      ...parts.map((part) => ({ ref: part["bom-ref"], dependsOn: [] })),
    ],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function purl({ name, version }: Component): string {
  return `pkg:npm/${name.replace("@", "%40")}@${version}`;
}

function hashOf(integrity: string): { alg: string; content: string } {
  const [algorithm = "", base64 = ""] = integrity.split("-", 2);
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  return {
    alg: algorithm.replace(/^sha/, "SHA-"),
    content: Array.from(
      bytes,
      (byte) => byte.toString(16).padStart(2, "0"),
    ).join(""),
  };
}

/** A UUID of a text (RFC 9562, version 8: made by hashing). */
function uuidOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  const variant = "89ab"[Number.parseInt(hex[16]!, 16) & 3];
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}
