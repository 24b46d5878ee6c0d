/**
 * Findings from all responses of a probe: how well formed identifiers are, character sets, packing, statuses, and whatever was
 * tolerated. Asks nothing.
 */
import { quantity } from "../errors.ts";
import { SPECIFIC_CHARACTER_SET } from "../codec/values.ts";
import { type Element, plainValue } from "../dataset/dataset.ts";
import { groupOf, type Tag } from "../dataset/tag.ts";
import { Dictionary } from "../dictionary/dictionary.ts";
import { statusInfo } from "../dimse/status.ts";
import { conclude, type Conclusion, unknown } from "./check.ts";
import { type Inquiry, type ProbeAnswer, statusHex } from "./inquiry.ts";
import { keywordTag, nameOfTag } from "./keys.ts";
import {
  about,
  charsetFindings,
  MOST_EXAMPLES,
  MOST_NAMES,
  Oddity,
  walk,
} from "./response_charsets.ts";
import type { Finding } from "./report.ts";
import { latin1 } from "../bytes/latin1.ts";
import type { Vr } from "../dataset/vr.ts";

/** Attributes that a server may add to any response (PS3.4 C.4.1.1.3.2). */
const ALWAYS_WELCOME: ReadonlySet<Tag> = new Set([
  SPECIFIC_CHARACTER_SET,
  keywordTag("QueryRetrieveLevel"),
  keywordTag("RetrieveAETitle"),
  keywordTag("InstanceAvailability"),
  keywordTag("StorageMediaFileSetID"),
  keywordTag("StorageMediaFileSetUID"),
  keywordTag("TimezoneOffsetFromUTC"),
]);

/** All findings about responses. */
export function responseFindings(inquiry: Inquiry): Finding[] {
  const answers = inquiry.answers;
  if (answers.length === 0) return [];
  return [
    ...identifierFindings(answers.filter(({ matches }) => matches.length > 0)),
    ...charsetFindings(answers.filter(({ matches }) => matches.length > 0)),
    about("speed", "Speed", speed(answers)),
    about("packing", "Messages on the wire", packing(answers)),
    about("statuses", "Ends of queries", ends(answers)),
    about("protocol", "Protocol", protocol(answers)),
  ];
}

function identifierFindings(answers: readonly ProbeAnswer[]): Finding[] {
  const extra = new Oddity();
  const brokenText = new Oddity();
  const padded = new Oddity();
  const unknown = new Oddity();
  const command = new Oddity();
  for (const answer of answers) {
    for (const match of answer.matches) {
      for (const { tag } of match) {
        const name = nameOfTag(tag);
        if (groupOf(tag) === 0) command.note(answer, name);
        else if (!answer.identifier.has(tag) && !ALWAYS_WELCOME.has(tag)) {
          extra.note(answer, name);
        }
      }
      walk(match, (element) => {
        const name = nameOfTag(element.tag);
        if (breaksVr(element)) brokenText.note(answer, name);
        if (isPaddedWithBlank(element)) padded.note(answer, name);
        if (isNeedlesslyUnknown(element)) unknown.note(answer, name);
      });
    }
  }
  const list = (
    id: string,
    title: string,
    oddity: Oddity,
    bad: string,
    good: string,
    ...advice: readonly (readonly [string, string])[]
  ) =>
    about(
      id,
      title,
      oddity.isSeen
        ? conclude(
          "partly",
          `${bad}: ${oddity.list}`,
          [...oddity.answers],
          ...advice,
        )
        : conclude("works", good, answers.slice(0, MOST_EXAMPLES)),
    );
  if (answers.length === 0) return [];
  return [
    list(
      "attributes.extra",
      "Attributes that were not requested",
      extra,
      "returned",
      "none",
      ["--columns", "shows only the requested attributes"],
    ),
    list(
      "values.invalid",
      "Values against their VR",
      brokenText,
      "broken by",
      "none seen",
      ["--enable-correction", "corrects values if that is safe"],
    ),
    list(
      "uid-padding",
      "Padding of UIDs",
      padded,
      "with blanks",
      "as it should be",
    ),
    ...(unknown.isSeen
      ? [
        list(
          "vr-unknown",
          "VR UN for known attributes",
          unknown,
          "used for",
          "",
        ),
      ]
      : []),
    ...(command.isSeen
      ? [
        list(
          "command-elements",
          "Command elements in identifiers",
          command,
          "there are",
          "",
        ),
      ]
      : []),
  ];
}

function isNeedlesslyUnknown(element: Element): boolean {
  return element.vr === "UN" &&
    Dictionary.standard.entry(element.tag) !== undefined;
}

/** A wait that people notice, in milliseconds. */
const SLOW = 1_000;
/** A time that is too short to compute a rate. */
const SHORT = 20;

/** How long first responses took, and how fast the largest answer came. */
function speed(answers: readonly ProbeAnswer[]): Conclusion {
  const times = answers.flatMap(({ firstTime }) => firstTime ?? [])
    .sort((a, b) => a - b);
  if (times.length === 0) {
    return unknown("no query was answered", answers.slice(0, MOST_EXAMPLES));
  }
  const middle = times[Math.floor(times.length / 2)]!;
  const most = times[times.length - 1]!;
  const largest = answers.reduce((a, b) =>
    b.matches.length > a.matches.length ? b : a
  );
  const { firstTime = 0, time, matches } = largest;
  const rest = time - firstTime;
  const rate = matches.length <= 10
    ? ""
    : rest > SHORT
    ? `; then ${
      Math.round((matches.length - 1) / rest * 1000)
    } matches a second, of ${matches.length}`
    : `; then ${matches.length} matches in ${Math.round(rest)} ms`;
  const text = `first response after ${Math.round(middle)} ms mostly, ${
    Math.round(most)
  } ms at most${rate}`;
  const slowest = answers.find((answer) => answer.firstTime === most)!;
  return middle > SLOW
    ? conclude("partly", text, [slowest, largest], [
      "--first-response-timeout",
      "waits longer for the first response",
    ])
    : conclude("fact", text, [slowest, largest]);
}

function packing(answers: readonly ProbeAnswer[]): Conclusion {
  const packings: string[] = [];
  const examples = new Set<ProbeAnswer>();
  const note = (text: string, fits: (answer: ProbeAnswer) => boolean) => {
    const fitting = answers.filter(fits);
    if (fitting.length === 0) return;
    packings.push(text);
    for (const one of fitting.slice(0, 2)) examples.add(one);
  };
  const most = Math.max(...answers.map(({ wire }) => wire.mostPdvs));
  note(`up to ${most} PDVs in one PDU`, ({ wire }) => wire.mostPdvs > 1);
  note("command and dataset in one PDU", ({ wire }) => wire.mixes);
  note(
    "parts of several messages in one PDU",
    ({ wire }) => wire.packsMessages,
  );
  note("PDUs without a PDV", ({ wire }) => wire.emptyPdus > 0);
  note("PDVs without data", ({ wire }) => wire.emptyFragments > 0);
  note(
    "data on presentation contexts that were not accepted",
    ({ wire, contextIds }) =>
      [...wire.contextIds].some((id) => !contextIds.has(id)),
  );
  for (
    const violation of new Set(
      answers.flatMap(({ wire }) => [...wire.commandViolations]),
    )
  ) {
    note(
      `commands ${violation}`,
      ({ wire }) => wire.commandViolations.has(violation),
    );
  }
  note("fragments of odd length", ({ wire }) => wire.oddFragments > 0);
  note(
    "messages in many small fragments",
    ({ wire }) => wire.mostFragments > 4 && wire.longestPdu < 1024,
  );
  return packings.length === 0
    ? conclude(
      "works",
      "one PDV in each PDU, whole command sets",
      answers.slice(0, 1),
    )
    : conclude(
      "partly",
      `${packings.join(", ")}: findscu tolerates that, some programs do not`,
      [...examples],
    );
}

/** Final statuses of all questions but those that were wrong on purpose. */
function ends(answers: readonly ProbeAnswer[]): Conclusion {
  const counts = new Map<string, number>();
  const odd: ProbeAnswer[] = [];
  for (const answer of answers) {
    if (answer.isWrong) continue;
    const { status, error } = answer;
    const text = status === undefined
      ? `none (${error?.code ?? "unknown"})`
      : statusHex(status);
    counts.set(text, (counts.get(text) ?? 0) + 1);
    if (status === 0) continue;
    if (status === 0xfe00 && answer.afterCancel !== undefined) continue;
    odd.push(answer);
  }
  const list = [...counts].map(([text, count]) => `${text} ${count} times`)
    .join(", ").replace(/\b1 times/g, "once");
  if (odd.length === 0) {
    return conclude("works", list, answers.slice(0, MOST_EXAMPLES));
  }
  const meanings = [
    ...new Set(
      odd.flatMap(({ status }) =>
        status === undefined
          ? []
          : [`${statusHex(status)}: ${statusInfo(status).meaning}`]
      ),
    ),
  ];
  return conclude(
    odd.length === answers.length ? "fails" : "partly",
    [list, ...meanings].join("; "),
    odd.slice(0, MOST_EXAMPLES),
  );
}

/** The irregularities that were tolerated, once each. */
function protocol(answers: readonly ProbeAnswer[]): Conclusion {
  const texts = new Oddity();
  for (const answer of answers) {
    for (const text of [...answer.warnings, ...answer.losses]) {
      texts.note(answer, withoutNumbers(text));
    }
    if (answer.matches.some(({ size }) => size === 0)) {
      texts.note(answer, "Some matches have no identifier");
    }
  }
  if (!texts.isSeen) {
    return conclude(
      "works",
      "no irregularities",
      answers.slice(0, 1),
    );
  }
  const all = [...texts.names];
  const names = all.slice(0, MOST_NAMES).join("; ");
  return conclude(
    "partly",
    all.length > MOST_NAMES
      ? `${names}; and ${quantity(all.length - MOST_NAMES, "other")}`
      : names,
    [...texts.answers],
    ["--record-anonymous", "with --record keeps the exchange, for its vendor"],
  );
}

/** A finding about many matches is reported once. */
function withoutNumbers(text: string): string {
  return text.replace(/^Match \d+: /, "")
    .replace(/message \d+/g, "message N")
    .replace(/\b\d+ bytes/g, "N bytes");
}

/** The form of each value of a VR, apart from padding. Ranges are not met in responses. */
const FORMS: Readonly<Partial<Record<Vr, RegExp>>> = {
  AE: /^[\x20-\x5b\x5d-\x7e]{0,16}$/,
  AS: /^\d{3}[DWMY]$/,
  CS: /^[A-Z0-9_ ]{1,16}$/,
  DA: /^\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/,
  DS: /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/,
  DT: /^\d{4}(\d{2}){0,5}(\.\d{1,6})?([+-]\d{4})?$/,
  IS: /^[+-]?\d{1,12}$/,
  TM: /^([01]\d|2[0-3])([0-5]\d([0-5]\d|60)?)?(\.\d{1,6})?$/,
  UI: /^(0|[1-9]\d*)(\.(0|[1-9]\d*))*$/,
};

/** Specific Character Set may begin with an empty value. */

/** Whether a value breaks its VR. */
function breaksVr({ tag, vr, ...element }: Element): boolean {
  const form = FORMS[vr];
  const bytes = plainValue({ tag, vr, ...element } as Element);
  if (form === undefined || bytes === undefined || bytes.length === 0) {
    return false;
  }
  if (tag === SPECIFIC_CHARACTER_SET) return false;
  return latin1(bytes).split("\\").some((value) => {
    const bare = value.replace(/[ \0]+$/, "").replace(/^ +/, "");
    return bare !== "" && !form.test(bare);
  });
}

/** Whether a UID is padded with a blank instead of a NUL (PS3.5 9.1). */
function isPaddedWithBlank(element: Element): boolean {
  const bytes = plainValue(element);
  return element.vr === "UI" && bytes?.[bytes.length - 1] === 0x20;
}
