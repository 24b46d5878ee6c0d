/** `--todo`: the rows that are not answered, as a list for the next run. Made when there is a first one. */
import type { Row } from "../../plan/list.ts";
import type { FileWriter, Host } from "../host.ts";

/** Collects rows. */
export class TodoList {
  readonly #path: string;
  readonly #columns: readonly string[];
  readonly #host: Host;
  #file: FileWriter | undefined;
  #count = 0;

  constructor(path: string, columns: readonly string[], host: Host) {
    this.#path = path;
    this.#columns = columns;
    this.#host = host;
  }

  /** Rows so far. */
  get count(): number {
    return this.#count;
  }

  /** Adds a row. Rejects with `OutputError`. */
  async add({ cells }: Row): Promise<void> {
    if (this.#file === undefined) {
      this.#file = await this.#host.files.create(this.#path);
      await this.#file.write(lineOf(this.#columns));
    }
    this.#count++;
    await this.#file.write(lineOf(cells));
  }

  /** Gives the file its name. Rejects with `OutputError`. */
  async end(): Promise<void> {
    await this.#file?.commit();
    this.#file = undefined;
  }
}

function lineOf(fields: readonly string[]): string {
  const line = fields.map((field) =>
    /[",;\t\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field
  ).join(",");
  return `${line === "" ? '""' : line}\r\n`;
}
