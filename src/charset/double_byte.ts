/**
 * The two-byte character sets of DICOM as tables of 94 rows by 94 cells: JIS X 0208, JIS X 0212, KS X 1001, GB 2312. Built on
 * first use from the runtime's decoders, which know them inside larger encodings; the reverse tables come from the same source.
 * Does not depend on escape sequences or terms. PS3.5 6.1.2.3.
 */
import { decodeStrictly } from "./codec.ts";
import { runtimeCodec } from "./runtime_codec.ts";

/** The two-byte sets. */
export type DoubleByteName =
  | "jis-x-0208"
  | "jis-x-0212"
  | "ks-x-1001"
  | "gb-2312";

/** Rows and columns of a two-byte set are numbered 1 to 94. */
const CELLS = 94;

/** The encoding that contains a set, and which part of that belongs to the set that the standard registered. */
interface Source {
  /** Label of the encoding that has the set in bytes A1-FE. */
  readonly encoding: string;
  /** Byte before each pair that selects the set, if the encoding has several. */
  readonly prefix?: number;
  /** Is the cell part of the registered set? Others are vendor extensions: read, never sent. */
  readonly isRegistered: (row: number, cell: number) => boolean;
  /** Characters typed on other systems for one that the decoder yields: the second character of each pair replaces the first. */
  readonly lookalikes?: string;
}

const SOURCES: Readonly<Record<DoubleByteName, Source>> = {
  "jis-x-0208": {
    encoding: "euc-jp",
    // Row 13 and rows 89-92 are additions of NEC.
    isRegistered: (row) => row !== 13 && row < 85,
    lookalikes: "〜～−－‖∥—―¢￠£￡¬￢¥￥‾￣",
  },
  "jis-x-0212": {
    encoding: "euc-jp",
    prefix: 0x8f,
    isRegistered: () => true,
  },
  "ks-x-1001": {
    encoding: "euc-kr",
    // The euro and registered signs came in 1998; ISO-IR 149 is the edition of 1987.
    isRegistered: (row, cell) => row !== 2 || cell < 70,
  },
  "gb-2312": {
    encoding: "gbk",
    isRegistered: isGb2312,
    lookalikes: "・·―—〜～∥‖",
  },
};

/** One two-byte set, decoded and encoded by 7-bit codes (21-7E for either byte). */
export class DoubleByteTable {
  readonly #source: Source;
  #characters: Uint16Array | undefined;
  #codes: Map<number, number> | undefined;

  /** Use {@link doubleByteTable}: one table per set is enough. */
  constructor(name: DoubleByteName) {
    this.#source = SOURCES[name];
  }

  /** Code point of the character at two 7-bit codes, 0 if none is assigned. Both must be within 21-7E. */
  character(first: number, second: number): number {
    this.#characters ??= decodeAll(this.#source);
    return this.#characters[(first - 0x21) * CELLS + second - 0x21] ?? 0;
  }

  /** The two 7-bit codes of a character as `first << 8 | second`, or -1. */
  code(codePoint: number): number {
    this.#codes ??= this.#invert();
    return this.#codes.get(codePoint) ?? -1;
  }

  /** The character of a code of the encoding around the set (code page 949, GBK) that is outside the 94x94 square. */
  beyond(lead: number, trail: number): string | undefined {
    const { encoding } = this.#source;
    // The codes of EUC-JP outside the square are other sets, not more of this one.
    if (encoding === "euc-jp") return undefined;
    const text = decodeStrictly(encoding, Uint8Array.of(lead, trail));
    return text?.length === 1 ? text : undefined;
  }

  /**
   * The bytes of a character that the registered set does not have but the encoding around it does: additions of NEC and IBM, and
   * of code page 949, which are common enough in names to be sent when nothing else will do.
   */
  vendorBytes(character: string): Uint8Array | undefined {
    const { encoding } = this.#source;
    const bytes = runtimeCodec(encoding).encode(character, "single");
    if (typeof bytes === "number" || bytes.length !== 2) return undefined;
    if (encoding !== "euc-jp") return bytes;
    // 8E selects the half-width katakana, which are another set.
    return bytes[0] === 0x8e ? undefined : bytes.map((byte) => byte & 0x7f);
  }

  #invert(): Map<number, number> {
    const { isRegistered, lookalikes = "" } = this.#source;
    const characters = this.#characters ??= decodeAll(this.#source);
    const codes = new Map<number, number>();
    for (let index = 0; index < characters.length; index++) {
      const character = characters[index] ?? 0;
      const row = Math.floor(index / CELLS);
      const cell = index % CELLS;
      if (character === 0 || codes.has(character)) continue;
      if (!isRegistered(row + 1, cell + 1)) continue;
      codes.set(character, (row + 0x21) << 8 | (cell + 0x21));
    }
    for (let at = 0; at < lookalikes.length; at += 2) {
      const lookalike = lookalikes.charCodeAt(at);
      const code = codes.get(lookalikes.charCodeAt(at + 1));
      if (code !== undefined && !codes.has(lookalike)) {
        codes.set(lookalike, code);
      }
    }
    return codes;
  }
}

const TABLES = new Map<DoubleByteName, DoubleByteTable>();

/** The table of a set. It costs nothing until the first character is looked up, then about a millisecond. */
export function doubleByteTable(name: DoubleByteName): DoubleByteTable {
  let table = TABLES.get(name);
  if (table === undefined) TABLES.set(name, table = new DoubleByteTable(name));
  return table;
}

/** Every cell of the square through the runtime's decoder; line feeds between them keep a bad cell from eating the next. */
function decodeAll(source: Source): Uint16Array {
  const unit = source.prefix === undefined ? 3 : 4;
  const bytes = new Uint8Array(CELLS * CELLS * unit);
  let at = 0;
  for (let row = 0; row < CELLS; row++) {
    for (let cell = 0; cell < CELLS; cell++) {
      if (source.prefix !== undefined) bytes[at++] = source.prefix;
      bytes[at++] = 0xa1 + row;
      bytes[at++] = 0xa1 + cell;
      bytes[at++] = 0x0a;
    }
  }
  const characters = new Uint16Array(CELLS * CELLS);
  const lines = new TextDecoder(source.encoding).decode(bytes).split("\n");
  for (let index = 0; index < characters.length; index++) {
    const line = lines[index] ?? "";
    const code = line.charCodeAt(0);
    if (line.length === 1 && code !== 0xfffd && !isPrivateUse(code)) {
      characters[index] = code;
    }
  }
  return characters;
}

function isPrivateUse(code: number): boolean {
  return code >= 0xe000 && code <= 0xf8ff;
}

/** Is the cell one of the 7,445 characters of GB 2312? GBK, which we read it from, fills the gaps. */
function isGb2312(row: number, cell: number): boolean {
  switch (row) {
    case 2:
      return cell >= 17 && cell <= 92 && ![67, 68, 79, 80].includes(cell);
    case 4:
      return cell <= 83;
    case 5:
      return cell <= 86;
    case 6:
      return cell <= 24 || (cell >= 33 && cell <= 56);
    case 7:
      return cell <= 33 || (cell >= 49 && cell <= 81);
    case 8:
      return cell <= 26 || (cell >= 37 && cell <= 73);
    case 9:
      return cell >= 4 && cell <= 79;
    case 55:
      return cell <= 89;
    default:
      return row <= 3 || (row >= 16 && row <= 87);
  }
}
