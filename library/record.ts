/** Recordings for programs: the traffic of a connection as the text that `--record` writes, to be replayed by `parseRecording`. */
import { type Tape, TapedTransport } from "../src/client/taped_transport.ts";
import { recorder } from "../src/scp/recording/recorder.ts";
import type { Connector } from "../src/transport.ts";
import { VERSION } from "../src/version.ts";
import { keyedHash } from "./keyed_hash.ts";

/** The contents of a recording. */
export interface RecordingOptions {
  /** Mask identifying values, and UIDs by a hash with a secret random key. */
  readonly anonymous?: boolean;
}

/**
 * A connector whose connections are recorded. `write` receives the text of a recording, piece by piece, before the bytes go on;
 * `connection` counts the connections from 1, each of which is a recording of its own. An error thrown by `write` ends the
 * connection as if it had broken.
 *
 * The wrapped connector decides which bytes are recorded: around `tlsConnector()` they are DICOM, below TLS they are encrypted.
 *
 * ```ts
 * import { demoConnector, find, recordingConnector } from "findscu";
 *
 * let text = "";
 * const over = recordingConnector(demoConnector(), (piece) => text += piece);
 * await find("dicom://pacs", { PatientName: "" }, { over }).all();
 * console.log(text.split("\n").length > 5);
 * ```
 */
export function recordingConnector(
  connector: Connector,
  write: (text: string, connection: number) => void,
  options: RecordingOptions = {},
): Connector {
  let connections = 0;
  return async (target, context) => {
    const transport = await connector(target, context);
    const { peer, kind } = transport.info;
    const connection = ++connections;
    const recording = recorder({
      header: { by: `findscu ${VERSION}`, peer, transport: kind },
      ...(options.anonymous && { anonymousBy: keyedHash() }),
    });
    const begin = performance.now();
    const now = () => performance.now() - begin;
    const put = (text: string) => {
      if (text !== "") write(text, connection);
    };
    let isOver = false;
    const tape: Tape = {
      data: (from, bytes) => put(recording.data(now(), from, bytes)),
      end(by) {
        if (isOver) return;
        isOver = true;
        put(recording.end(now(), by));
      },
    };
    put(recording.begin());
    return new TapedTransport(transport, tape);
  };
}
