/** The format that the name of an output file calls for. */
import { UsageError } from "../../errors.ts";
import { FORMAT_TABLE, type ResultFormat } from "../../output/format_names.ts";
import type { ConfigHost } from "../host.ts";
import type { OptionValues } from "../line/options.ts";
import type { CommandForm } from "../line/options/row.ts";

/** Ending of the name of a file that is not complete. */
export const INCOMPLETE = ".incomplete";

/** The meaning of names' endings: a format, the page, or a DICOM file for each match. */
const ENDINGS: ReadonlyMap<string, ResultFormat | "page" | "files"> = new Map<
  string,
  ResultFormat | "page" | "files"
>([
  ...FORMAT_TABLE.flatMap(({ name, endings }) =>
    endings.map((ending) => [ending, name] as const)
  ),
  ["html", "page"],
  ["htm", "page"],
  ["dcm", "files"],
]);

/** Formats that a number alone cannot be written in. */
const COUNTLESS: readonly (ResultFormat | "page" | "files" | undefined)[] = [
  "xlsx",
  "xml",
  "page",
  "files",
];

/** The target and format of the matches, as far as `--output` and `--html` say. */
export interface Destination {
  /** The format that the name calls for. */
  readonly format?: ResultFormat;
  /** The file of that format, or of the one that is named elsewhere. */
  readonly file?: string;
  readonly page?: string;
  /** DICOM files, one for each match: folder, and the prefix of their names. */
  readonly files?: { readonly directory: string; readonly stem: string };
}

/**
 * The target of the matches. `--format` has the last word; in DCMTK's form a name that says nothing means nothing. Throws
 * `UsageError` for such a name with an ADDRESS, unless it is a pipe or a device.
 */
export function destinationOf(
  values: OptionValues,
  form: CommandForm,
  host: ConfigHost,
): Destination {
  const { outputFile: file, html } = values;
  const page = html === undefined ? {} : { page: html };
  if (file === undefined) return page;
  if (file === "-" || values.format !== undefined) return { ...page, file };
  const start = Math.max(file.lastIndexOf("/"), file.lastIndexOf("\\")) + 1;
  const dot = file.lastIndexOf(".");
  const ending = dot <= start ? "" : file.slice(dot + 1).toLowerCase();
  const format = ENDINGS.get(ending);
  if (values.count) {
    if (!COUNTLESS.includes(format)) return { ...page, file };
    throw new UsageError(
      `--count writes a number, which is no .${ending} file: "${file}"`,
      { hint: "End the name in .txt, or leave --count out" },
    );
  }
  switch (format) {
    case undefined:
      break;
    case "page":
      if (html === undefined) return { page: file };
      throw new UsageError("--output and --html both name a page", {
        hint:
          "Leave one of them out, or set the format of --output with --format",
      });
    case "files": {
      if (values.extract || values.extractXml || values.extractXmlSingle) {
        throw new UsageError(`--output "${file}" not allowed with -X`, {
          hint: "Name the folder of the DICOM files with -od",
        });
      }
      const directory = file.slice(0, start) || ".";
      return { ...page, files: { directory, stem: file.slice(start, dot) } };
    }
    default:
      return { ...page, format, file };
  }
  // That a folder cannot be written to is reported elsewhere.
  const kind = host.files.stat(file)?.kind ?? "file";
  if (form === "dcmtk" || kind !== "file") return { ...page, file };
  throw new UsageError(
    ending === ""
      ? `The name "${file}" does not indicate a format`
      : `The ending .${ending} of "${file}" is not a known format`,
    {
      hint: `Add --format, or end the name in ${
        [...ENDINGS.keys()].map((suffix) => `.${suffix}`).join(", ")
      }`,
    },
  );
}
