/** Any number of datasets in a few large pieces of memory; each is known by its number. Does not depend on any hierarchy. */
import { Charset } from "../../charset/charset.ts";
import { charsetOf } from "../../codec/values.ts";
import type { Dataset, Element } from "../../dataset/dataset.ts";
import type { Tag } from "../../dataset/tag.ts";
import type { DescribingRecord } from "./entity.ts";
import { findPacked, pack, packedSize, unpack } from "./packed.ts";

/** A growing list of whole numbers of 32 bits. */
export class Integers {
  #values = new Int32Array(64);
  /** How many there are. */
  length = 0;

  push(value: number): void {
    if (this.length === this.#values.length) {
      const larger = new Int32Array(this.length * 2);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.length++] = value;
  }

  get(index: number): number {
    return this.#values[index]!;
  }

  set(index: number, value: number): void {
    this.#values[index] = value;
  }

  /** The numbers, in memory of just their length. */
  toArray(): Int32Array {
    return this.#values.slice(0, this.length);
  }
}

const SMALLEST_PIECE = 1 << 16;
const LARGEST_PIECE = 1 << 24;

/** A growing collection of packed datasets, numbered from 0 in the order in which they came. */
export class Records {
  readonly #pieces: Uint8Array[] = [];
  /** Bytes used of the last piece. */
  #used = 0;
  /** The piece, the start and the end of each record. */
  readonly #piece = new Integers();
  readonly #start = new Integers();
  readonly #end = new Integers();
  /** Positions in `#charsets`. */
  readonly #charset = new Integers();
  readonly #charsets: Charset[] = [Charset.ascii];

  /** How many there are. */
  get size(): number {
    return this.#end.length;
  }

  /** Adds a dataset; returns its number. */
  add(dataset: Dataset): number {
    const size = packedSize(dataset);
    let piece = this.#pieces.at(-1);
    if (piece === undefined || piece.length - this.#used < size) {
      this.close();
      const next = Math.min(2 * (piece?.length ?? 0), LARGEST_PIECE);
      piece = new Uint8Array(Math.max(size, next, SMALLEST_PIECE));
      this.#pieces.push(piece);
      this.#used = 0;
    }
    this.#piece.push(this.#pieces.length - 1);
    this.#start.push(this.#used);
    this.#used = pack(dataset, piece, this.#used);
    this.#end.push(this.#used);
    const charset = charsetOf(dataset, Charset.ascii);
    let index = this.#charsets.indexOf(charset);
    if (index < 0) index = this.#charsets.push(charset) - 1;
    this.#charset.push(index);
    return this.#end.length - 1;
  }

  /** Gives memory back that the last piece does not need. */
  close(): void {
    const piece = this.#pieces.pop();
    if (piece === undefined) return;
    const isTight = piece.length - this.#used < piece.length / 8;
    this.#pieces.push(isTight ? piece : piece.slice(0, this.#used));
  }

  /** An element of a record. */
  get(record: number, tag: Tag): Element | undefined {
    return findPacked(
      this.#pieces[this.#piece.get(record)]!,
      this.#start.get(record),
      this.#end.get(record),
      tag,
    );
  }

  /** All elements of a record. */
  dataset(record: number): Dataset {
    return unpack(
      this.#pieces[this.#piece.get(record)]!,
      this.#start.get(record),
      this.#end.get(record),
    );
  }

  /** The character set that a record declares. */
  charset(record: number): Charset {
    return this.#charsets[this.#charset.get(record)]!;
  }

  /** One record by itself. */
  view(record: number): RecordView {
    return new RecordView(this, record);
  }
}

/** One record, read on demand. */
export class RecordView implements DescribingRecord {
  readonly #records: Records;
  readonly #number: number;

  constructor(records: Records, number: number) {
    this.#records = records;
    this.#number = number;
  }

  get(tag: Tag): Element | undefined {
    return this.#records.get(this.#number, tag);
  }

  /** All of it. */
  get dataset(): Dataset {
    return this.#records.dataset(this.#number);
  }

  /** The character set that it declares. */
  get charset(): Charset {
    return this.#records.charset(this.#number);
  }
}
