/** Made-up archives and queries: values that are often absent, empty, several or nested, and keys that often match one of them. */
import { generator } from "../random.ts";
import {
  type Attribute,
  ATTRIBUTES,
  COMPUTED,
  type Level,
  LEVELS,
  type Plain,
  type PlainKeys,
  type PlainQuery,
  UNIQUE,
} from "./catalogue.ts";

/** Values by keyword, else by VR. Blanks at either end are padding; `*` and `?` are characters of stored values, too. */
const VALUES: Record<string, readonly string[]> = {
  PN: [
    "Doe^Jane",
    "Doe^John",
    "DOE^JANE",
    "Doe",
    "Doe^^",
    "Mu\u0308ller^Jörg",
    "Müller^Jörg",
    "Muller^Jorg",
    "Yamada^Tarou=山田^太郎=やまだ^たろう",
    "Yamada^Tarou=山田^太郎",
    "=山田^太郎",
    "Doe ^ Jane",
    "Roe^Jane^A",
    "Strauß^Ed",
  ],
  PatientID: ["P1", "P2", "P3", "P 4", " P5 "],
  CS: ["CT", "MR", "SR", " US", "C T", "ORIGINAL", "PRIMARY", "AXIAL"],
  PatientSex: ["F", "M", "O"],
  SH: ["A1", "A12", "a1", "B1 ", " A1", "*", "Ä1"],
  LO: [
    "Thorax",
    "THORAX",
    "Thorax with contrast",
    "Kopf",
    "Schädel",
    "a?b",
    " Thorax",
    "Th*",
    '""',
  ],
  LT: ["One line", " One line", "Two\r\nlines", "Back\\slash", "Schädel"],
  DA: [
    "20240229",
    "20240301",
    "20231231",
    "2024.03.01",
    "20230229",
    "19990101",
  ],
  TM: [
    "10",
    "1030",
    "103015",
    "103015.5",
    "103015.500000",
    "10:30:15",
    "2359",
    "000000",
    "25",
  ],
  DT: [
    "2024",
    "202402",
    "20240229",
    "2024022910",
    "20240229103015.25",
    "20240229103015+0100",
    "20240229003000+0200",
    "20240301-0500",
    "202402300000",
  ],
  DS: ["70", "70.0", "+70", "7e1", "80.5", "heavy"],
  IS: ["1", "01", "+1", "2", "10", "-3", "one"],
  UI: ["1.2.840.1", "1.2.840.2", "1.2.840.10"],
  US: ["1", "512", "65535"],
  AT: ["1577061", "1572864"],
};

/** Text that each character set holds. */
const CHARSETS: readonly (readonly [string, RegExp])[] = [
  ["", /^[\0-\x7f]*$/],
  ["ISO_IR 100", /^[\0-\xff]*$/],
  ["ISO_IR 192", /^/],
];

const OFFSETS = ["+0000", "+0100", "-0500", "+0530", "nonsense"];

/** Attributes that hold several values. */
const SEVERAL = [
  "OtherPatientNames",
  "ImageType",
  "SOPClassUID",
  "FrameIncrementPointer",
  "Rows",
  "CodeMeaning",
  "Modality",
  "StudyDate",
  "ContentQualification",
  "SeriesNumber",
];

/** Archives and queries from one seed: the same ones for the same seed. */
export class Cases {
  readonly #random: (limit: number) => number;

  constructor(seed: number) {
    this.#random = generator(seed);
  }

  #one<T>(list: readonly T[]): T {
    return list[this.#random(list.length)]!;
  }

  /** True once in so many times. */
  #rarely(times: number): boolean {
    return this.#random(times) === 0;
  }

  /** The records of an archive, mostly instances, in any order. */
  archive(): Plain[] {
    const records: Plain[] = [];
    const shape = () => 1 + this.#random(3);
    let uid = 0;
    for (let patient = shape(); patient > 0; patient--) {
      const id = this.#rarely(8) ? "" : this.#one(VALUES["PatientID"]!);
      const ofPatient = this.#record("PATIENT");
      for (let study = shape(); study > 0; study--) {
        const studyUid = `1.${++uid}`;
        const ofStudy = this.#record("STUDY");
        for (let series = shape(); series > 0; series--) {
          const seriesUid = `${studyUid}.${++uid}`;
          const ofSeries = this.#record("SERIES");
          for (let image = shape(); image > 0; image--) {
            const lowest = this.#rarely(15) ? this.#random(4) : 3;
            const ids = [id, studyUid, seriesUid, `${seriesUid}.${++uid}`];
            const record: Plain = new Map();
            LEVELS.slice(0, lowest + 1).forEach((level, at) => {
              if (ids[at] !== "" && !(at > 0 && this.#rarely(150))) {
                record.set(UNIQUE[level].keyword, [ids[at]!]);
              }
            });
            for (
              const [level, shared] of [
                ["PATIENT", ofPatient],
                ["STUDY", ofStudy],
                ["SERIES", ofSeries],
                ["IMAGE", this.#record("IMAGE")],
              ] as const
            ) {
              if (LEVELS.indexOf(level) > lowest && !this.#rarely(8)) continue;
              const disagreeing = this.#rarely(6)
                ? this.#record(level)
                : shared;
              for (const [keyword, value] of disagreeing) {
                if (!this.#rarely(8)) record.set(keyword, value);
              }
            }
            if (this.#rarely(3)) {
              record.set("TimezoneOffsetFromUTC", [this.#one(OFFSETS)]);
            }
            records.push(record);
          }
        }
      }
    }
    if (this.#rarely(2)) records.sort(() => this.#random(3) - 1);
    return records.map((record) => this.#inCharset(record));
  }

  #record(level: Level): Plain {
    return this.#filled(
      ATTRIBUTES.filter((attribute) => attribute.level === level),
    );
  }

  #filled(attributes: readonly Attribute[]): Plain {
    const record: Plain = new Map();
    for (const attribute of attributes) {
      if (this.#rarely(3)) continue;
      if (this.#rarely(6)) record.set(attribute.keyword, []);
      else if (attribute.items !== undefined) {
        record.set(
          attribute.keyword,
          Array.from(
            { length: this.#random(3) },
            () => this.#filled(attribute.items!),
          ),
        );
      } else record.set(attribute.keyword, this.#values(attribute));
    }
    return record;
  }

  #values({ keyword, vr }: Attribute): string[] {
    const pool = VALUES[keyword] ?? VALUES[vr]!;
    const several = SEVERAL.includes(keyword) && this.#rarely(2);
    const values = Array.from(
      { length: several ? 1 + this.#random(3) : 1 },
      () => this.#one(pool),
    );
    // An empty value among several keeps its place.
    if (several && vr !== "US" && vr !== "AT" && this.#rarely(4)) {
      values.splice(this.#random(values.length), 0, "");
    }
    return values;
  }

  /** The record with the character set that it is stored in, and without what that one does not hold. */
  #inCharset(record: Plain): Plain {
    const [terms, holds] = this.#one(CHARSETS);
    const fitting = (from: Plain): Plain =>
      new Map(
        [...from].map(([keyword, value]): [string, string[] | Plain[]] => [
          keyword,
          value.every((one) => typeof one !== "string")
            ? value.map((item) => fitting(item as Plain))
            : (value as string[]).map((text) =>
              holds.test(text) ? text : "Doe^Jane"
            ),
        ]),
      );
    const fitted = fitting(record);
    if (terms !== "") fitted.set("SpecificCharacterSet", [terms]);
    return fitted;
  }

  /** A query that such an archive may answer; `records` lend their values to it. */
  query(records: readonly Plain[]): PlainQuery {
    const root = this.#one(["patient", "study", "psonly"] as const);
    const levels = root === "patient"
      ? LEVELS
      : root === "study"
      ? LEVELS.slice(1)
      : LEVELS.slice(0, 2);
    const level = this.#one(levels);
    const relational = this.#rarely(2);
    const keys: PlainKeys = new Map();
    const model = this.#one(records);
    for (const above of LEVELS) {
      const isAbove = levels.indexOf(above) >= 0 &&
        levels.indexOf(above) < levels.indexOf(level);
      const needed = isAbove && !relational;
      if (!needed && !this.#rarely(4)) continue;
      if (needed && this.#rarely(40)) continue;
      keys.set(
        UNIQUE[above].keyword,
        this.#uniqueKey(above, needed || this.#rarely(5), model, records),
      );
    }
    const pool = [...ATTRIBUTES, ...COMPUTED];
    for (let count = this.#random(5); count > 0; count--) {
      const attribute = this.#one(pool);
      keys.set(
        attribute.keyword,
        this.#key(attribute, this.#rarely(2) ? model : this.#one(records)),
      );
    }
    if (this.#rarely(6)) {
      const [date, time] = this.#one(
        [["StudyDate", "StudyTime"], ["SeriesDate", "SeriesTime"], [
          "ContentDate",
          "ContentTime",
        ]] as const,
      );
      const ends = this.#random(3);
      keys.set(date, this.#range("DA", ends)).set(
        time,
        this.#range("TM", ends),
      );
    }
    if (this.#rarely(5)) {
      keys.set("TimezoneOffsetFromUTC", this.#one(OFFSETS.slice(0, -1)));
    }
    return {
      root,
      level,
      relational,
      fuzzy: this.#rarely(4),
      combinedDateTime: this.#rarely(2),
      emptyValue: this.#rarely(2),
      multipleValue: this.#rarely(2),
      timezoneAdjustment: this.#rarely(2),
      keys,
    };
  }

  #uniqueKey(
    level: Level,
    single: boolean,
    model: Plain,
    records: readonly Plain[],
  ): string {
    const { keyword } = UNIQUE[level];
    const stored = ((model.get(keyword) ?? []) as string[])[0] ?? "1.99";
    if (single) return stored;
    switch (this.#random(level === "PATIENT" ? 6 : 4)) {
      case 0:
        return "";
      case 1:
        return '""';
      case 2:
        return Array.from(
          { length: 3 },
          () => ((this.#one(records).get(keyword) ?? []) as string[])[0] ?? "",
        ).join("\\");
      case 4:
        return "P*";
      case 5:
        return "?1";
      default:
        return stored;
    }
  }

  #key(attribute: Attribute, record: Plain): string | PlainKeys {
    if (attribute.items !== undefined) {
      if (this.#rarely(6)) return "";
      const nested: PlainKeys = new Map();
      const stored = (record.get(attribute.keyword) ?? []) as Plain[];
      const item = stored.length > 0 ? this.#one(stored) : new Map();
      for (const one of attribute.items) {
        if (this.#rarely(3)) {
          nested.set(one.keyword, this.#rarely(3) ? "" : this.#key(one, item));
        }
      }
      // An item that names nothing is as good as none.
      return nested.size === 0 ? "" : nested;
    }
    const { vr } = attribute;
    if (this.#rarely(5)) return "";
    if (vr !== "US" && vr !== "AT" && this.#rarely(8)) return '""';
    if (["DA", "TM", "DT"].includes(vr) && this.#rarely(2)) {
      return this.#range(vr, this.#random(3));
    }
    const own = (record.get(attribute.keyword) ?? []) as string[];
    const value = () =>
      own.length > 0 && !this.#rarely(4)
        ? this.#one(own)
        : this.#one(this.#pool(attribute));
    const several = this.#rarely(4) && vr !== "LT";
    const values = Array.from(
      { length: several ? 1 + this.#random(3) : 1 },
      () => vr === "US" || vr === "AT" ? value() : this.#patterned(value()),
    );
    return values.filter((one) => one !== "" || (vr !== "US" && vr !== "AT"))
      .join("\\");
  }

  #pool({ keyword, vr }: Attribute): readonly string[] {
    if (keyword === "ModalitiesInStudy") return VALUES["CS"]!;
    return VALUES[keyword] ?? VALUES[vr]!;
  }

  /** A value as it is, or with wild cards: also in VRs that have none. */
  #patterned(value: string): string {
    const letters = [...value];
    if (letters.length === 0) return value;
    const at = this.#random(letters.length);
    switch (this.#random(10)) {
      case 0:
        return `${letters.slice(0, at).join("")}*`;
      case 1:
        return `*${letters.slice(at).join("")}`;
      case 2:
        return `${letters.slice(0, at).join("")}*${letters.slice(at).join("")}`;
      case 3:
        return letters.map((one, index) => index === at ? "?" : one).join("");
      case 4:
        return this.#one([
          "*",
          "**",
          "?*",
          "*^*",
          "*=*",
          "Doe^*",
          "^",
          "=",
          "D*e^J*",
          "*^J?ne",
          "R?e^Jane",
        ]);
      default:
        return value;
    }
  }

  #range(vr: string, ends: number): string {
    const end = () => this.#one(VALUES[vr]!);
    const blank = this.#rarely(6) ? " " : "";
    return ends === 0
      ? `${end()}${blank}-${blank}${end()}`
      : ends === 1
      ? `${end()}-`
      : `-${end()}`;
  }
}
