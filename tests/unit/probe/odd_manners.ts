/** Peers with limits, endings, texts and associations of their own, and other models. */
import { textElement } from "../../../src/codec/values.ts";
import { Dataset, isSequence, sequence } from "../../../src/dataset/dataset.ts";
import {
  AbortedError,
  RejectedError,
  TimeoutError,
} from "../../../src/errors.ts";
import { FIND_MODELS } from "../../../src/find/models.ts";
import { rawElement } from "../../../src/codec/values.ts";
import { keywordTag, textAt } from "../../../src/probe/keys.ts";
import { NO_FACTS } from "../../../src/probe/wire.ts";
import type { Peculiarities } from "./simulated_peer.ts";
import {
  breaking,
  hearing,
  models,
  nothing,
  type OddPeer,
  refusal,
  returning,
  STUDY,
  when,
} from "./peer_changes.ts";

/** What a probe finds out about limits, responses, associations and models. */
export const ODD_MANNERS: readonly OddPeer[] = [
  ["a hundred matches at most, silently, and no ranges", {
    hears: hearing(
      "StudyDate",
      "DA",
      (d) => d.includes("-") ? "18000101" : d,
    ),
    find: (_, { matches, status }) => ({
      matches: matches.slice(0, 100),
      status: status === 0xfe00 ? status : 0,
    }),
  }],
  ["20 matches at most, and A700", {
    find: (_, { matches, status }) =>
      matches.length > 20
        ? { matches: matches.slice(0, 20), status: 0xa700 }
        : { status },
  }],
  ["more than a thousand matches", {
    find: when(
      /All matches/,
      ({ matches }) => ({
        matches: Array.from(
          { length: 1000 },
          (_, at) => matches[at % matches.length]!,
        ),
        status: 0xfe00,
        afterCancel: 0,
      }),
    ),
  }],
  ["two studies", {
    find: (_, { matches, status }) => ({
      matches: matches.slice(0, 2),
      status: status === 0xfe00 ? 0 : status,
      afterCancel: undefined,
    }),
  }],
  ["the same query, ten matches fewer", {
    find: when(
      /same query/,
      ({ matches }) => ({
        matches: matches.slice(0, 50),
        status: 0,
        afterCancel: undefined,
      }),
    ),
  }],
  ["the same query, another order", {
    find: when(
      /same query/,
      ({ matches }) => ({ matches: [...matches].reverse() }),
    ),
  }],
  ["matches in descending order of days", {
    find: (_, { matches }) => ({
      matches: [...matches].sort((a, b) =>
        textAt(a, "StudyDate") < textAt(b, "StudyDate") ? 1 : -1
      ),
    }),
  }],
  ["matches in no order", {
    find: when(
      /All matches/,
      ({ matches }) => ({
        matches: matches.map((_, at) => matches[at * 7 % matches.length]!),
      }),
    ),
  }],
  ["C-CANCEL has another end", {
    find: when(/Cancel after/, () => ({ status: 0, afterCancel: 3 })),
  }],
  ["C-CANCEL is ignored, slowly", {
    find: (s, a) =>
      /Cancel after/.test(s.purpose)
        ? {
          matches: Array.from({ length: 262 }, () => a.matches[0]!),
          status: 0,
          afterCancel: 261,
          cancelTime: 501,
        }
        : {},
  }],
  ["C-CANCEL is too late", {
    find: (s, a) =>
      /Cancel after/.test(s.purpose)
        ? {
          matches: Array.from({ length: 262 }, () => a.matches[0]!),
          status: 0,
          afterCancel: 261,
          cancelTime: 500,
        }
        : {},
  }],
  ["C-CANCEL never ends", {
    find: when(
      /Cancel after/,
      () => ({
        status: undefined,
        afterCancel: 99,
        error: new TimeoutError("Timed out", "response"),
      }),
    ),
  }],
  ["C-CANCEL was not sent", {
    find: when(/Cancel after/, () => ({ status: 0, afterCancel: undefined })),
  }],
  ["wrong identifiers are answered", {
    find: when(/An identifier/, () => nothing),
  }],
  ["wrong identifiers are refused without a word", {
    find: when(/An identifier/, () => refusal),
  }],
  ["a level is refused with an abort", {
    find: when(
      /unknown level/,
      () => ({
        matches: [],
        status: undefined,
        error: new AbortedError("The peer aborted", 0, 0),
      }),
    ),
  }],
  ["undefined status of matches", {
    find: (_, { matches }) => ({
      pendingCounts: new Map([[0xff07, matches.length]]),
    }),
  }],
  ["slow responses", { find: () => ({ firstTime: 1500, time: 2000 }) }],
  ["no first response", { find: () => ({ firstTime: undefined }) }],
  ["odd packing", {
    find: () => ({
      wire: {
        ...NO_FACTS,
        mostPdvs: 3,
        mixes: true,
        packsMessages: true,
        emptyPdus: 1,
        emptyFragments: 1,
        oddFragments: 1,
        mostFragments: 5,
        longestPdu: 1023,
        contextIds: new Set([99]),
        commandViolations: new Set(["in descending order"]),
      },
    }),
  }],
  ["odd statuses, warnings and losses", {
    find: () => ({
      status: 0xb000,
      warnings: ["The peer answers message 7 as message 8: accepted"],
      losses: ["Match 3: 2 bytes cannot be read"],
    }),
  }],
  ["more irregularities than are shown", {
    find: () => ({
      warnings: Array.from(
        { length: 20 },
        (_, at) => `Odd ${"abcdefghijklmnopqrst"[at]}`,
      ),
    }),
  }],
  ["attributes that nobody requested", {
    find: returning((m) => {
      m.set(textElement(0x00080070, "LO", "ACME"));
      m.set(textElement(0x00090010, "LO", "ACME"));
      m.set(rawElement(0x00000002, "UI", "1.2"));
    }),
  }],
  ["invalid values", {
    find: returning((m) => {
      if (m.has(keywordTag("StudyDate"))) {
        m.set(rawElement(keywordTag("StudyDate"), "DA", "2024-01-02"));
      }
      if (m.has(keywordTag("StudyTime"))) {
        m.set(rawElement(keywordTag("StudyTime"), "TM", "25:00"));
      }
    }),
  }],
  ["UIDs with blanks, VR UN", {
    find: returning((m) => {
      if (m.has(keywordTag("StudyInstanceUID"))) {
        m.set({
          tag: keywordTag("StudyInstanceUID"),
          vr: "UI",
          value: new TextEncoder().encode(
            textAt(m, "StudyInstanceUID") + " ",
          ),
        });
      }
      if (m.has(keywordTag("StudyID"))) {
        m.set({
          tag: keywordTag("StudyID"),
          vr: "UN",
          value: new Uint8Array([0x31, 0x20]),
        });
      }
    }),
  }],
  ["no character set", {
    find: returning((m) => m.delete(keywordTag("SpecificCharacterSet"))),
  }],
  ["a wrong character set", {
    find: returning((m) =>
      m.set(textElement(keywordTag("SpecificCharacterSet"), "CS", "ISO_IR 192"))
    ),
  }],
  ["a misspelt character set", {
    find: returning((m) =>
      m.set(textElement(keywordTag("SpecificCharacterSet"), "CS", "ISO-IR 100"))
    ),
  }],
  ["an unknown character set", {
    find: returning((m) =>
      m.set(textElement(keywordTag("SpecificCharacterSet"), "CS", "KLINGON"))
    ),
  }],
  ["the set of the query in answers", {
    find: (s, { matches }) => ({
      matches: matches.map((m) => {
        const c = m.clone();
        const own = s.identifier.get(keywordTag("SpecificCharacterSet"));
        if (own !== undefined) c.set(own);
        return c;
      }),
    }),
  }],
  ["queries in UTF-8 are refused", {
    find: (s) =>
      textAt(s.identifier, "SpecificCharacterSet") === "ISO_IR 192"
        ? refusal
        : {},
  }],
  ["the association is rejected", {
    open: () => ({
      accept: undefined,
      contexts: [],
      error: new RejectedError("The peer rejected the association", 1, 1, 3),
    }),
  }],
  ["titles are checked", {
    open: ({ calledAeTitle, callingAeTitle, userName }) =>
      calledAeTitle || callingAeTitle || userName
        ? {
          accept: undefined,
          contexts: [],
          error: new RejectedError(
            "The peer rejected the association",
            1,
            1,
            7,
          ),
        }
        : {},
  }],
  ["a user of the run", {}, { hasUser: true }],
  ["the association breaks after five queries", { find: breaking() }],
  ["extended negotiation is refused", {
    open: ({ extended }) =>
      extended
        ? {
          accept: undefined,
          contexts: [],
          error: new RejectedError(
            "The peer rejected the association",
            1,
            1,
            1,
          ),
        }
        : {},
  }],
  ["Verification is not accepted", {
    refuses: (uid) => uid === "1.2.840.10008.1.1",
  }],
  ["the release collides", {
    done: ({ kind }) =>
      kind === "close" ? { wire: { ...NO_FACTS, releaseRequests: 1 } } : {},
  }],
  ["data before the release", {
    done: ({ kind }) =>
      kind === "close" ? { wire: { ...NO_FACTS, dataPdus: 1 } } : {},
  }],
  ["a warning at the release", {
    done: ({ kind }) =>
      kind === "close" ? { warnings: ["The peer closed instead"] } : {},
  }],
  ["the echo fails", {
    done: ({ kind }) =>
      kind === "echo"
        ? { error: new TimeoutError("Timed out", "response") }
        : {},
  }],
  [
    "no association but one",
    (() => {
      let open = 0;
      return {
        done: ({ kind }) => {
          if (kind === "close") open--;
          return {};
        },
        open: () => {
          if (open === 0) {
            open++;
            return {};
          }
          return {
            accept: undefined,
            contexts: [],
            error: new RejectedError(
              "The peer rejected the association",
              1,
              1,
              2,
            ),
          };
        },
      } as Peculiarities;
    })(),
  ],
  ["four associations", {}, { associations: 4 }],
  ["an empty archive", { find: () => nothing }],
  ["a budget of 9", {}, { budget: 9 }],
  ["the patient root model", {}, models("patient")],
  ["the worklist", {}, models("worklist")],
  ["a worklist that ignores the step's keys", {
    hears: (i) => {
      const step = i.get(keywordTag("ScheduledProcedureStepSequence"));
      if (step !== undefined && isSequence(step) && step.items.length > 0) {
        i.set(sequence(step.tag, [new Dataset()]));
      }
      return i;
    },
  }, models("worklist")],
  ["a worklist that refuses an empty sequence", {
    find: when(/empty|without items|Sequence/i, () => refusal),
  }, models("worklist")],
  ["a worklist that finds nothing for an empty sequence", {
    find: when(/empty|without items|Sequence/i, () => nothing),
  }, models("worklist")],
  ["other models", {}, models("psonly", "ups-pull", "gpworklist", "hp")],
  ["matches without an identifier", {
    find: when(
      /All matches/,
      ({ matches }) => ({ matches: [...matches, new Dataset()] }),
    ),
  }],
  ["a right StudyID is refused", {
    find: when(/the right StudyID|every correct value/, () => refusal),
  }],
  ["an entity of today", {
    find: when(/start with: today/, () => ({ matches: [STUDY] })),
  }],
  ["no entity for the keys given", { find: () => nothing }, {
    start: Dataset.of(textElement(keywordTag("PatientID"), "LO", "X")),
  }],
  ["every query is refused", { find: () => refusal }],
  ["both roots, studies without PatientID are answered", {
    find: when(/Studies without/, () => ({ status: 0 })),
  }, models("study", "patient")],
  ["a model is not accepted", {
    refuses: (uid) =>
      uid === FIND_MODELS.find(({ name }) => name === "study")!.uid,
  }],
];
