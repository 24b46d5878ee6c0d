/**
 * Records the traffic of a connection in a file. Every piece is written before it is passed on, so that the file is complete
 * however the run ends.
 */
import { INCOMPLETE } from "../../config/file_format.ts";
import { OutputError } from "../../../errors.ts";
import { type Recorder, recorder } from "../../../scp/recording/recorder.ts";
import type { Direction } from "../../../scp/recording/recording.ts";
import { type Tape, TapedTransport } from "../../../client/taped_transport.ts";
import type { Connector } from "../../../transport.ts";
import type { Host, TextSink } from "../../host.ts";
import type { RecordConfig } from "../../config/run_config.ts";
import type { Console } from "../../log/console.ts";

/**
 * The connector with a recording of the connection it opens. Throws `OutputError` when the file cannot be made; a disk that fills
 * up later ends the recording, not the query, whose run fails at its end. Further connections of a run have files of their own.
 */
export function recorded(
  connector: Connector,
  config: RecordConfig,
  host: Host,
  output: Console,
): Connector {
  const number = ++output.recordings;
  const file = number === 1 ? config.file : `${config.file}.${number}`;
  const sink = host.files.sink(file);
  if (number > 1) {
    output.log.warn(`Connection ${number} of the run is recorded in "${file}"`);
  }
  return async (target, options) => {
    const transport = await connector(target, options);
    const { peer, kind } = transport.info;
    const recording = recorder({
      header: { by: `findscu ${host.version.version}`, peer, transport: kind },
      ...(config.anonymous && { anonymousBy: host.keyedHash() }),
    });
    return new TapedTransport(
      transport,
      new FileTape(recording, sink, host, file, output),
    );
  };
}

/** The recording in its file. */
class FileTape implements Tape {
  readonly #recorder: Recorder;
  readonly #host: Host;
  readonly #file: string;
  readonly #output: Console;
  readonly #begin: number;
  #sink: TextSink | undefined;

  constructor(
    recording: Recorder,
    sink: TextSink,
    host: Host,
    file: string,
    output: Console,
  ) {
    this.#recorder = recording;
    this.#sink = sink;
    this.#host = host;
    this.#file = file;
    this.#output = output;
    this.#begin = host.clock.now();
    this.#write(() => recording.begin());
  }

  data(from: Direction, bytes: Uint8Array): void {
    this.#write(() => this.#recorder.data(this.#time(), from, bytes));
  }

  end(by: Direction): void {
    this.#write(() => this.#recorder.end(this.#time(), by));
    this.#sink?.close();
    this.#sink = undefined;
  }

  #time(): number {
    return this.#host.clock.now() - this.#begin;
  }

  #write(text: () => string): void {
    if (this.#sink === undefined) return;
    try {
      this.#sink.write(text());
    } catch (error) {
      if (!(error instanceof OutputError)) throw error;
      const path = this.#file + INCOMPLETE;
      const suffix = this.#sink.abandon(path)
        ? `, and is kept as "${path}"`
        : "";
      this.#sink = undefined;
      this.#output.log.error(
        `${error.message}: the recording ends here${suffix}`,
      );
      this.#output.unwritten ??= error;
    }
  }
}
