/**
 * The files of `-X`, `-Xx` and `-Xs`. A file that cannot be written is reported at once, the query continues, and the run fails at
 * its end.
 */
import {
  IMPLEMENTATION_CLASS_UID,
  IMPLEMENTATION_VERSION_NAME,
} from "../../client/client.ts";
import { FindscuError, OutputError } from "../../errors.ts";
import { DcmtkXmlWriter } from "../../output/dcmtk/xml.ts";
import { dicomFile, type NamedBytes, xmlFile } from "../../output/files.ts";
import type { MatchRecord, Summary, TextOptions } from "../../output/writer.ts";
import type { FileWriter, Host } from "../host.ts";
import type { ExtractConfig, FindConfig } from "../config/run_config.ts";
import type { Console } from "../log/console.ts";
import { newUid } from "./new_uid.ts";
import { recordOf, type ResultMatch } from "./sink.ts";

/** Writes matches to files. */
export interface Extractor {
  /** The association is established. */
  begin(): void;
  write(match: ResultMatch, number: number): Promise<void>;
  /** Those of a batch are written. */
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
  return new SingleFile(path, writer, extract.limit, text, output);
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
        hint:
          `Create the directory "${directory}", or name another one with -od`,
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

  /** Writes one response, or keeps it until `flush`; rejects with a `FindscuError`. */
  protected abstract store(record: MatchRecord): Promise<void>;

  abstract flush(): Promise<void>;

  protected get log() {
    return this.#output.log;
  }

  protected get own() {
    return this.#output.own;
  }

  async write(match: ResultMatch, number: number): Promise<void> {
    if (number > this.#limit) {
      if (!this.#isLimitTold) {
        this.#isLimitTold = true;
        this.log.info(
          "Maximum number of responses already written to file ... not writing this and all following responses to file",
        );
      }
      return;
    }
    try {
      await this.store(recordOf(match, number));
    } catch (error) {
      if (!(error instanceof FindscuError)) throw error;
      this.failed(error);
    }
  }

  protected failed(error: FindscuError, responses = 1): void {
    this.#failures += responses;
    this.#firstFailure ??= error;
    this.log.error(`Writing file: ${error.message}`);
  }

  end(_summary: Summary): Promise<void> {
    if (this.#failures === 0) return Promise.resolve();
    const hint = this.#firstFailure?.advice;
    const count = this.#failures === 1
      ? "1 response"
      : `${this.#failures} responses`;
    return Promise.reject(
      new OutputError("output-unwritable", `${count} could not be written`, {
        cause: this.#firstFailure,
        ...hint !== undefined && { hint },
      }),
    );
  }
}

/** `-X` and `-Xx`. */
class FilePerMatch extends Limited {
  readonly #config: FindConfig;
  readonly #extract: ExtractConfig;
  readonly #text: TextOptions;
  readonly #host: Host;

  constructor(
    config: FindConfig,
    extract: ExtractConfig,
    text: TextOptions,
    host: Host,
    output: Console,
  ) {
    super(extract.limit, output);
    this.#config = config;
    this.#extract = extract;
    this.#text = text;
    this.#host = host;
  }

  begin(): void {
    // Each file speaks for itself.
  }

  protected async store(record: MatchRecord): Promise<void> {
    const { name, bytes } = this.#fileOf(record);
    const path = this.#host.files.join(this.#extract.directory, name);
    this.log.info(`Writing response dataset to file: ${path}`);
    await this.#host.files.write(path, bytes);
    if (record.isIncomplete === true) {
      this.own.warn(`Match ${record.number} is incomplete in "${path}"`);
    }
  }

  async flush(): Promise<void> {
    // Each file is written at once.
  }

  #fileOf(record: MatchRecord): NamedBytes {
    if (this.#extract.kind === "xml") return xmlFile(record, this.#text);
    return dicomFile(record, {
      newUid: () => newUid(this.#host.randomBytes(16)),
      implementationClassUid: IMPLEMENTATION_CLASS_UID,
      implementationVersionName: IMPLEMENTATION_VERSION_NAME,
      oldVrs: this.#config.disableNewVr,
      stem: this.#extract.stem,
    });
  }
}

/** From how many characters on a file of many responses is written to. */
const LONGEST_WAITING = 262_144;

/** `-Xs`. */
class SingleFile extends Limited {
  readonly #path: string;
  readonly #file: FileWriter;
  readonly #writer: DcmtkXmlWriter;
  /** The unwritten text, and its number of responses. */
  #text = "";
  #waiting = 0;
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

  protected store(record: MatchRecord): Promise<void> {
    const text = this.#writer.match(record);
    this.#text += this.#beginning() + text;
    this.#waiting++;
    return this.#text.length < LONGEST_WAITING
      ? Promise.resolve()
      : this.flush();
  }

  async flush(): Promise<void> {
    const text = this.#text;
    const responses = this.#waiting;
    this.#text = "";
    this.#waiting = 0;
    if (responses === 0) return;
    try {
      await this.#file.write(text);
    } catch (error) {
      if (!(error instanceof FindscuError)) throw error;
      this.failed(error, responses);
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
        this.failed(error);
      }
    }
    await super.end(summary);
  }
}
