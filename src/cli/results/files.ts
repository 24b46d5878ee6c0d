/**
 * The files of `-X`, `-Xx` and `-Xs`. A file that cannot be written is reported at once, the query continues, and the run fails at
 * its end.
 */
import {
  IMPLEMENTATION_CLASS_UID,
  IMPLEMENTATION_VERSION_NAME,
} from "../../client/client.ts";
import { TextBuffer } from "../../bytes/text_buffer.ts";
import { FindscuError, OutputError, quantity } from "../../errors.ts";
import { DcmtkXmlWriter } from "../../output/dcmtk/xml.ts";
import { DicomFiles, type NamedBytes, xmlFile } from "../../output/files.ts";
import {
  recordOf,
  type Summary,
  type TextOptions,
} from "../../output/writer.ts";
import type { FileWriter, Host, OutputFolder } from "../host.ts";
import type { ExtractConfig, FindConfig } from "../config/run_config.ts";
import type { Console } from "../log/console.ts";
import { newUids } from "../../file/part10.ts";
import type { ResultMatch } from "./sink.ts";

/** Writes matches to files. */
export interface Extractor {
  /** The association is established. */
  begin(): void;
  /** Writes a match, or keeps it until `flush`. Returns whether that is due. */
  write(match: ResultMatch, number: number): boolean;
  /** Writes the results that were kept. */
  flush(): Promise<void>;
  /** Rejects with `OutputError` when anything could not be written. */
  end(summary: Summary): Promise<void>;
}

/** The files of `-X` and its relatives. Throws `OutputError` if the directory does not exist or cannot be written to. */
export async function extractorOf(
  config: FindConfig,
  extract: ExtractConfig,
  text: TextOptions,
  host: Host,
  output: Console,
): Promise<Extractor> {
  const { directory, kind, file } = extract;
  checkDirectory(directory, host);
  if (kind !== "xml-single") {
    return new FilePerMatch(config, extract, text, host, output);
  }
  const path = host.files.join(directory, file ?? "");
  if (file === undefined || file === "" || isDirectory(path, host)) {
    throw new OutputError(
      "output-unwritable",
      `Writing file: ${path}: Is a directory`,
    );
  }
  const writer = await host.files.create(path);
  return new SingleFile(
    path,
    writer,
    extract.limit,
    text,
    output,
  );
}

function isDirectory(path: string, host: Host): boolean {
  return host.files.stat(path)?.kind === "directory";
}

function checkDirectory(directory: string, host: Host): void {
  const facts = host.files.stat(directory);
  if (facts?.kind !== "directory") {
    throw new OutputError(
      "output-no-directory",
      "specified output directory does not exist",
      {
        hint: `Create the directory "${directory}", or name another one`,
      },
    );
  }
  if (!facts.writable) {
    throw new OutputError(
      "output-unwritable",
      "specified output directory is not writeable",
      {
        hint:
          `Name another directory with -od; files cannot be created in "${directory}"`,
      },
    );
  }
}

/** The part shared by both kinds: the limit, and the count of failures. */
abstract class Limited implements Extractor {
  readonly #limit: number;
  readonly #output: Console;
  #isLimitTold = false;
  #failures = 0;
  #firstFailure: FindscuError | undefined;

  constructor(limit: number, output: Console) {
    this.#limit = limit;
    this.#output = output;
  }

  abstract begin(): void;

  /** Writes one response, or keeps it; returns as `write` does. Throws a `FindscuError`. */
  protected abstract store(match: ResultMatch, number: number): boolean;

  abstract flush(): Promise<void>;

  protected get log() {
    return this.#output.log;
  }

  protected get own() {
    return this.#output.own;
  }

  write(match: ResultMatch, number: number): boolean {
    if (number > this.#limit) {
      if (!this.#isLimitTold) {
        this.#isLimitTold = true;
        this.log.info(
          "Maximum number of responses already written to file ... not writing this and all following responses to file",
        );
      }
      return false;
    }
    try {
      return this.store(match, number);
    } catch (error) {
      if (!(error instanceof FindscuError)) throw error;
      this.fail(error);
      return false;
    }
  }

  protected fail(error: FindscuError, responses = 1): void {
    this.#failures += responses;
    this.#firstFailure ??= error;
    this.log.error(`Writing file: ${error.message}`);
  }

  end(_summary: Summary): Promise<void> {
    if (this.#firstFailure === undefined) return Promise.resolve();
    const hint = this.#firstFailure.advice;
    const what = this.#failures === 0
      ? "The file"
      : quantity(this.#failures, "response");
    return Promise.reject(
      new OutputError("output-unwritable", `${what} could not be written`, {
        cause: this.#firstFailure,
        ...hint !== undefined && { hint },
      }),
    );
  }
}

/** From how many bytes on files are written: nearly always all files of the matches that came together. */
const MOST_TOGETHER = 1 << 20;

/** How the file of a response is made. */
interface FileMaker {
  /** The quick way, which reports nothing; undefined if it is not open. */
  unchanged(match: ResultMatch, number: number): NamedBytes | undefined;
  /** Throws a `FindscuError`. */
  file(match: ResultMatch, number: number): NamedBytes;
}

/** `-X` and `-Xx`. */
class FilePerMatch extends Limited {
  readonly #folder: OutputFolder;
  readonly #maker: FileMaker;
  /** Files that are written together, and their bytes. */
  #files: NamedBytes[] = [];
  #length = 0;

  constructor(
    config: FindConfig,
    extract: ExtractConfig,
    text: TextOptions,
    host: Host,
    output: Console,
  ) {
    super(extract.limit, output);
    this.#folder = host.files.folder(extract.directory);
    this.#maker = extract.kind === "xml"
      ? {
        unchanged: () => undefined,
        file: (match, number) => xmlFile(recordOf(match, number), text),
      }
      : dicomFiles(config, extract, host);
  }

  begin(): void {
    // Each file is reported by itself.
  }

  protected store(match: ResultMatch, number: number): boolean {
    const unchanged = this.#maker.unchanged(match, number);
    // Reports on a file come before those on the next.
    if (unchanged !== undefined && !this.log.shows("info")) {
      this.#files.push(unchanged);
      this.#length += unchanged.bytes.length;
      return this.#length >= MOST_TOGETHER;
    }
    this.#writeAll();
    const file = unchanged ?? this.#maker.file(match, number);
    const path = this.#folder.pathOf(file.name);
    this.log.info(`Writing response dataset to file: ${path}`);
    for (const error of this.#folder.write([file])) throw error;
    // Decoded by now.
    if (match.losses.length > 0) {
      this.own.warn(`Match ${number} is incomplete in "${path}"`);
    }
    return false;
  }

  flush(): Promise<void> {
    this.#writeAll();
    return Promise.resolve();
  }

  #writeAll(): void {
    if (this.#files.length === 0) return;
    const files = this.#files;
    this.#files = [];
    this.#length = 0;
    for (const error of this.#folder.write(files)) this.fail(error);
  }

  override end(summary: Summary): Promise<void> {
    // If something else failed in between.
    this.#writeAll();
    return super.end(summary);
  }
}

function dicomFiles(
  { disableNewVr }: FindConfig,
  { stem }: ExtractConfig,
  host: Host,
): FileMaker {
  const files = new DicomFiles({
    newUid: newUids(host.randomBytes(16)),
    implementationClassUid: IMPLEMENTATION_CLASS_UID,
    implementationVersionName: IMPLEMENTATION_VERSION_NAME,
    oldVrs: disableNewVr,
    stem,
  });
  return {
    unchanged: (match, number) => files.unchanged(number, match),
    file: (match, number) => files.file(number, match),
  };
}

/** From how many bytes on a file of many responses is written to. */
const LONGEST_WAITING = 262_144;

/** `-Xs`. */
class SingleFile extends Limited {
  readonly #path: string;
  readonly #file: FileWriter;
  readonly #writer: DcmtkXmlWriter;
  /** The unwritten text, and its number of responses. */
  readonly #text = new TextBuffer();
  #queueLength = 0;
  /** Responses that the file would have. */
  #stored = 0;
  #hasBegun = false;

  constructor(
    path: string,
    file: FileWriter,
    limit: number,
    text: TextOptions,
    output: Console,
  ) {
    super(limit, output);
    this.#path = path;
    this.#file = file;
    this.#writer = new DcmtkXmlWriter(text);
  }

  begin(): void {
    this.log.info(`Writing all response datasets to file: ${this.#path}`);
  }

  protected store(match: ResultMatch): boolean {
    this.#text.text(this.#beginning());
    this.#writer.write(match, this.#text);
    this.#queueLength++;
    this.#stored++;
    return this.#text.length >= LONGEST_WAITING;
  }

  async flush(): Promise<void> {
    const responses = this.#queueLength;
    if (responses === 0) return;
    this.#queueLength = 0;
    try {
      await this.#file.write(this.#text.bytes);
    } catch (error) {
      if (!(error instanceof FindscuError)) throw error;
      this.#stored -= responses;
      this.fail(error, responses);
    } finally {
      this.#text.truncate(0);
    }
  }

  #beginning(): string {
    if (this.#hasBegun) return "";
    this.#hasBegun = true;
    return this.#writer.begin();
  }

  /** An interrupted run leaves a good document of the matches received, and none if there were none. */
  override async end(summary: Summary): Promise<void> {
    if (summary.incomplete !== undefined && !this.#hasBegun) {
      await this.#file.discard();
    } else {
      try {
        await this.#file.write(this.#beginning() + this.#writer.end(summary));
        await this.#file.commit();
      } catch (error) {
        await this.#file.discard();
        if (!(error instanceof FindscuError)) throw error;
        this.fail(error, this.#stored);
      }
    }
    await super.end(summary);
  }
}
