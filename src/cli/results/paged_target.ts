/** Output for a terminal that goes through a pager once it is longer than the screen. Does not depend on any format. */
import { displayWidth } from "../../output/width.ts";
import type { Host, OutputStream, Pager } from "../host.ts";
import type { Console } from "../log/console.ts";
import type { OutputTarget } from "./target.ts";

const DECODER = new TextDecoder();

/** Holds lines back until there are more than a screen has, or until nothing comes for a moment. */
export class PagedTarget implements OutputTarget {
  readonly isTerminal = true;
  readonly #stream: OutputStream;
  readonly #host: Host;
  readonly #command: string;
  readonly #output: Console;
  readonly #rows: number;
  #chunks: Uint8Array[] | undefined = [];
  #lines = 0;
  #pager: Pager | undefined;

  /** `rows` is the height of the screen; `command` starts the pager. */
  constructor(
    stream: OutputStream,
    rows: number,
    command: string,
    host: Host,
    output: Console,
  ) {
    this.#stream = stream;
    this.#rows = rows;
    this.#command = command;
    this.#host = host;
    this.#output = output;
  }

  get isHolding(): boolean {
    return this.#chunks !== undefined && this.#chunks.length > 0;
  }

  async write(borrowed: Uint8Array): Promise<boolean> {
    // Kept here, or by the pager's pipe for all that we know.
    const bytes = borrowed.slice();
    if (this.#chunks === undefined) {
      return await (this.#pager ?? this.#stream).write(bytes);
    }
    this.#chunks.push(bytes);
    this.#lines += linesOf(DECODER.decode(bytes), this.#stream.columns);
    // The prompt that follows needs a line.
    if (this.#lines < this.#rows) return true;
    this.#pager = await this.#host.openPager(this.#command);
    // Messages would be written across the page.
    this.#output.isHeld = this.#pager !== undefined;
    return await this.release();
  }

  async release(): Promise<boolean> {
    const chunks = this.#chunks ?? [];
    this.#chunks = undefined;
    for (const bytes of chunks) {
      if (!await this.write(bytes)) return false;
    }
    return true;
  }

  async end(): Promise<void> {
    await this.release();
    await this.#pager?.close();
    this.#output.isHeld = false;
  }
}

/** Lines of the screen that a text needs; a line that is too long needs several. */
function linesOf(text: string, columns = Infinity): number {
  const lines = text.split("\n");
  const unended = lines.pop() === "" ? 0 : 1;
  return lines.reduce((sum, line) => {
    const width = displayWidth(line.replaceAll(/\x1b\[\d+m/g, ""));
    return sum + Math.max(1, Math.ceil(width / columns));
  }, unended);
}
