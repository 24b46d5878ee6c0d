/**
 * Reads the source named after `mock:` and `serve`: the built-in archive, a folder or file of DICOM data, or a recording. What is
 * broken among good files is warned of and left out.
 */
import { stringsOf } from "../../../codec/values.ts";
import type { Dataset } from "../../../dataset/dataset.ts";
import { formatTag, type Tag } from "../../../dataset/tag.ts";
import { Dictionary } from "../../../dictionary/dictionary.ts";
import { FindscuError, InputError, quantity } from "../../../errors.ts";
import { decodeHeader, detachedHeader } from "../../../file/header.ts";
import { decodeFile, isDicom } from "../../../file/part10.ts";
import { ArchiveBuilder } from "../../../scp/archive/archive.ts";
import { directoryDatasets } from "../../../scp/archive/directory.ts";
import type { Entity } from "../../../scp/archive/entity.ts";
import type { MockContent } from "../../../scp/endpoint.ts";
import {
  isRecording,
  parseRecording,
  type Recording,
} from "../../../scp/recording/recording.ts";
import { isReadable, Replay } from "../../../scp/recording/replay.ts";
import { type MockSource, parseMockSource } from "../../../scp/source.ts";
import { readDicomJsonArchive } from "../../../identifier/json_file.ts";
import type { Host } from "../../host.ts";
import type { Console, RunContext } from "../../log/console.ts";
import { ProgressBar } from "../../results/progress.ts";

/** Name of the built-in archive. */
const DEMO = "demo";

/** The contents of a source, and its behaviour. */
export interface LoadedMock {
  readonly source: MockSource;
  readonly content: MockContent;
}

/**
 * Reads a source. Throws `UsageError` for options that do not exist, `InputError` for a path without usable data, and the
 * signal's reason when it fires first.
 */
export async function loadMock(
  text: string,
  context: RunContext,
): Promise<LoadedMock> {
  const source = parseMockSource(text);
  const { name } = source;
  if (name === DEMO) {
    const { demoArchive } = await import("../../../scp/archive/demo.ts");
    return { source, content: { kind: "archive", archive: demoArchive() } };
  }
  const facts = context.host.files.stat(name);
  switch (facts?.kind) {
    case "directory":
      return { source, content: await folder(name, context) };
    case "file":
      return {
        source,
        content: await file(name, facts.size, context),
      };
    default:
      throw new InputError(
        "input-unreadable",
        facts === undefined
          ? `Cannot read "${name}": no such file or folder`
          : `Cannot read "${name}": neither a file nor a folder`,
        {
          hint:
            `Give ${DEMO}, a folder of DICOM files, a DICOM JSON file or a recording`,
        },
      );
  }
}

/** How many single files are complained of; the rest is counted. */
const MAX_COMPLAINTS = 10;

/** Takes datasets and complaints from one source. */
class Collector {
  readonly #builder: ArchiveBuilder;
  readonly #output: Console;
  #place = "";
  #complaints = 0;
  /** Datasets that found their place. */
  placed = 0;

  constructor(output: Console) {
    this.#output = output;
    this.#builder = new ArchiveBuilder({
      warn: (text) => this.complain(`"${this.#place}": ${text}`),
      // Comparing all instances is slow, and useless if the outcome is not shown.
      ...(output.own.shows("info") && {
        onDisagreement: (entity, tag) => this.#noteDisagreement(entity, tag),
      }),
    });
  }

  #noteDisagreement({ level, id }: Entity, tag: Tag): void {
    const keyword = Dictionary.standard.keyword(tag) ?? formatTag(tag);
    this.#output.own.info(
      `Instances of ${level} ${id} disagree on ${keyword}: using the first by instance number`,
    );
  }

  /** Adds one dataset; `place` is its source, for messages. */
  take(dataset: Dataset, place: string): void {
    this.#place = place;
    if (this.#builder.add(dataset)) this.placed++;
  }

  /** Warns of something that is left out. */
  complain(text: string): void {
    if (++this.#complaints <= MAX_COMPLAINTS) this.#output.log.warn(text);
  }

  /** The archive of the accepted datasets. */
  finish(): MockContent {
    const more = this.#complaints - MAX_COMPLAINTS;
    if (more > 0) {
      this.#output.log.warn(quantity(
        more,
        "more warning like these",
        "more warnings like these",
      ));
    }
    return { kind: "archive", archive: this.#builder.build() };
  }
}

/** How long files are read before the program listens to the world again, in milliseconds. */
const SLICE = 50;

/** Work in slices, between which the program listens to the world. */
class Slices {
  readonly #host: Host;
  readonly #signal: AbortSignal;
  #begin: number;

  constructor(host: Host, signal: AbortSignal) {
    this.#host = host;
    this.#signal = signal;
    this.#begin = host.clock.now();
  }

  /** When a slice is over: shows how far the work is, and throws the signal's reason if it has fired. */
  async between(show: () => Promise<void>): Promise<void> {
    if (this.#host.clock.now() - this.#begin <= SLICE) return;
    await show();
    await this.#host.clock.turn();
    this.#signal.throwIfAborted();
    this.#begin = this.#host.clock.now();
  }
}

async function folder(
  path: string,
  { host, output, signal }: RunContext,
): Promise<MockContent> {
  const slices = new Slices(host, signal);
  const collector = new Collector(output);
  const files = await filesBelow(path, host, slices, collector);
  const bar = new ProgressBar(host.stderr, `Reading ${path}`, files.length);
  let others = 0;
  let isBroken = false;
  try {
    for (const [index, { name, size }] of files.entries()) {
      await slices.between(() => bar.show(index));
      try {
        const dataset = headerOf(name, size, host);
        if (dataset !== undefined) collector.take(dataset, name);
        else if (CLAIMS_DICOM.test(name) && !isDicomDirectory(name, host)) {
          isBroken = true;
          collector.complain(`"${name}" is left out: it holds no DICOM data`);
        } else others++;
      } catch (error) {
        if (!(error instanceof FindscuError)) throw error;
        isBroken = true;
        collector.complain(brokenFile(name, error));
      }
    }
  } finally {
    await bar.end();
  }
  const content = collector.finish();
  if (others > 0) {
    output.log.info(
      `${quantity(others, "file is", "files are")} not DICOM data`,
    );
  }
  if (collector.placed === 0) {
    throw new InputError(
      "input-invalid",
      `No ${isBroken ? "readable " : ""}DICOM file in "${path}"`,
      {
        hint: files.length === 0
          ? "The folder is empty"
          : `It holds ${
            quantity(files.length, "other file")
          }: give the folder with the images or worklist files`,
      },
    );
  }
  return content;
}

/** A file that may be of use. */
interface FoundFile {
  readonly name: string;
  /** Length in bytes. */
  readonly size: number;
}

/**
 * The files of a folder and of those in it, in order of their names. Hidden ones are passed over. Links are followed, and each
 * place is visited once, whatever leads there: links may lead in circles.
 */
async function filesBelow(
  root: string,
  host: Host,
  slices: Slices,
  collector: Collector,
): Promise<FoundFile[]> {
  const bar = new ProgressBar(host.stderr, `files in ${root}`);
  const seen = new Set<string>();
  const files: FoundFile[] = [];
  const folders = [root];
  try {
    for (let name; (name = folders.pop()) !== undefined;) {
      await slices.between(() => bar.show(files.length));
      const facts = host.files.stat(name);
      if (facts === undefined || facts.kind === "other") continue;
      try {
        const place = host.files.realPath(name);
        if (seen.has(place)) continue;
        seen.add(place);
        if (facts.kind === "file") files.push({ name, size: facts.size });
        else folders.push(...namesIn(name, host).reverse());
      } catch (error) {
        if (!(error instanceof FindscuError) || name === root) throw error;
        collector.complain(brokenFile(name, error));
      }
    }
  } finally {
    await bar.end();
  }
  return files;
}

/** The contents of a folder, in order of the names. */
function namesIn(path: string, host: Host): string[] {
  return host.files.list(path).filter((entry) => !entry.startsWith("."))
    .map((entry) => host.files.join(path, entry));
}

/** Bytes that identify the kind of a file. */
const SIGNATURE = 512;
const MEDIA_STORAGE_SOP_CLASS_UID = 0x00020002;
/** Media Storage Directory Storage: a DICOMDIR is an index of other files (PS3.10 8.6). */
const DIRECTORY = "1.2.840.10008.1.3.10";

/** Names of files that are meant to be DICOM. */
const CLAIMS_DICOM = /\.(?:dcm|wl)$/i;

/** Whether a file without a dataset to serve is DICOM all the same: a DICOMDIR (PS3.10 8). */
function isDicomDirectory(name: string, host: Host): boolean {
  return isDicom(host.files.readStart(name, SIGNATURE));
}

/** The header of a file; undefined when it is not DICOM data. Throws `DecodeError` when it is damaged. */
function headerOf(
  name: string,
  size: number,
  host: Host,
): Dataset | undefined {
  if (!isDicom(host.files.readStart(name, SIGNATURE))) return undefined;
  const { meta, dataset } = decodeHeader(
    size,
    (length) => host.files.readStart(name, length),
  );
  const sopClass = meta?.get(MEDIA_STORAGE_SOP_CLASS_UID);
  return sopClass !== undefined && stringsOf(sopClass)[0] === DIRECTORY
    ? undefined
    : detachedHeader(dataset);
}

function brokenFile(name: string, error: FindscuError): string {
  return `"${name}" is ignored: ${error.message}`;
}

async function file(
  name: string,
  size: number,
  { host, output, signal }: RunContext,
): Promise<MockContent> {
  const start = host.files.readStart(name, SIGNATURE);
  const collector = new Collector(output);
  if (isDicom(start)) {
    try {
      const dataset = headerOf(name, size, host);
      if (dataset !== undefined) collector.take(dataset, name);
      else {
        const { dataset: directory } = decodeFile(
          host.files.read(name, Infinity),
        );
        directoryDatasets(directory).forEach((one, index) =>
          collector.take(one, `${name}[${index}]`)
        );
      }
    } catch (cause) {
      if (!(cause instanceof FindscuError)) throw cause;
      throw new InputError(
        "input-invalid",
        `Cannot read "${name}": ${cause.message}`,
        { cause },
      );
    }
  } else {
    const text = new TextDecoder().decode(start);
    if (isRecording(text)) {
      return recording(name, host, (text) => collector.complain(text));
    }
    if (!/^\uFEFF?\s*[[{]/.test(text)) {
      throw new InputError(
        "input-invalid",
        `Cannot read "${name}": neither DICOM, DICOM JSON nor a recording`,
      );
    }
    await json(name, size, host, collector, signal);
  }
  const content = collector.finish();
  if (collector.placed === 0) {
    throw new InputError("input-invalid", `No usable dataset in "${name}"`);
  }
  return content;
}

function textOf(name: string, host: Host): string {
  return new TextDecoder().decode(host.files.read(name, Infinity));
}

async function json(
  name: string,
  size: number,
  host: Host,
  collector: Collector,
  signal: AbortSignal,
): Promise<void> {
  const slices = new Slices(host, signal);
  const bar = new ProgressBar(host.stderr, `MB of ${name}`, megabytes(size));
  let read = 0;
  function* pieces() {
    for (const piece of host.files.pieces(name)) {
      read += piece.length;
      yield piece;
    }
  }
  let index = 0;
  let only: FindscuError | undefined;
  try {
    for (const reader of readDicomJsonArchive(pieces(), name)) {
      // One bad dataset among others is left out; if it is the only one, the file itself is bad.
      if (only !== undefined) complain(only);
      only = undefined;
      try {
        collector.take(reader(), `${name}[${index}]`);
      } catch (error) {
        if (!(error instanceof FindscuError)) throw error;
        if (index === 0) only = error;
        else complain(error);
      }
      index++;
      if (index % LOOK === 0) {
        await slices.between(() => bar.show(megabytes(read)));
      }
    }
  } finally {
    await bar.end();
  }
  if (only !== undefined) throw only;

  function complain(error: FindscuError): void {
    collector.complain(`Left out: ${error.message}`);
  }
}

/** Datasets between two looks at the clock. */
const LOOK = 64;

function megabytes(bytes: number): number {
  return Math.ceil(bytes / 1e6);
}

function recording(
  name: string,
  host: Host,
  warn: (text: string) => void,
): MockContent {
  let recording: Recording | undefined;
  try {
    recording = parseRecording(textOf(name, host));
    const { edited: [line] = [] } = recording;
    if (line !== undefined) {
      // Checksums distinguish an edited file from a damaged one only together with its contents.
      if (!isReadable(recording)) {
        throw new InputError("input-invalid", `it is damaged in line ${line}`);
      }
      warn(`"${name}" was edited after it was recorded, from line ${line} on`);
    }
    // A recording that cannot be replayed is refused before a client connects.
    new Replay(recording);
    return { kind: "recording", recording };
  } catch (cause) {
    if (!(cause instanceof FindscuError)) throw cause;
    const what = recording === undefined || cause instanceof InputError
      ? cause.message
      : `Cannot read the requestor's messages in the recording: ${cause.message}`;
    throw new InputError("input-invalid", `"${name}": ${what}`, { cause });
  }
}
