/** The archive as one association sees it: who is let in, what is negotiated, when responses are due, what the server's log shows. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { AssociateRequest } from "../../../src/association/events.ts";
import { latin1 } from "../../../src/bytes/latin1.ts";
import { encodeDataset } from "../../../src/codec/encode.ts";
import {
  EXPLICIT_BE,
  EXPLICIT_LE,
  IMPLICIT_LE,
} from "../../../src/codec/transfer_syntax.ts";
import {
  emptyElement,
  rawElement,
  textElement,
} from "../../../src/codec/values.ts";
import { Dataset } from "../../../src/dataset/dataset.ts";
import { findModel, VERIFICATION } from "../../../src/find/models.ts";
import { FindScu } from "../../../src/find/scu.ts";
import type { ScuEvent } from "../../../src/find/scu_events.ts";
import { Archive } from "../../../src/scp/archive/archive.ts";
import {
  ArchiveScp,
  type ArchiveScpEvent,
  type ArchiveScpOptions,
} from "../../../src/scp/archive_scp.ts";
import { Wire } from "../../support/scu_scp.ts";

const STUDY = findModel("study")!.uid;

/** Studies of three patients. */
const ARCHIVE = Archive.fromDatasets(
  ["Adam", "Eve", "Éric"].map((name, index) =>
    Dataset.of(
      rawElement(0x00080005, "CS", "ISO_IR 100"),
      rawElement(0x00100010, "PN", name),
      rawElement(0x00100020, "LO", `P${index + 1}`),
      rawElement(0x0020000d, "UI", `1.2.${index + 1}`),
    )
  ),
);

const KEYS = Dataset.of(
  textElement(0x00080052, "CS", "STUDY"),
  emptyElement(0x0020000d, "UI"),
);

function associate(
  options: Partial<ArchiveScpOptions> = {},
  request: Partial<AssociateRequest> = {},
) {
  const scu = new FindScu({
    maxPduLength: 16384,
    acseTimeout: 1e6,
    artimTimeout: 1e6,
    firstResponseTimeout: 1e6,
    responseTimeout: 1e6,
  });
  scu.request({
    callingAeTitle: "SCU",
    calledAeTitle: "SCP",
    contexts: [{
      abstractSyntax: STUDY,
      transferSyntaxes: [EXPLICIT_LE.uid],
    }],
    ...request,
  });
  const scp = new ArchiveScp({ archive: ARCHIVE, ...options });
  const wire = new Wire<ScuEvent, ArchiveScpEvent>(scu, scp);
  wire.run();
  return {
    scu,
    scp,
    wire,
    find(identifier: Dataset = KEYS) {
      scu.find(
        scu.contextOf(STUDY)!,
        encodeDataset(identifier, EXPLICIT_LE),
        wire.now,
      );
      wire.run();
    },
  };
}

function types(events: readonly { readonly type: string }[]): string[] {
  return events.map(({ type }) => type);
}

describe("a requestor is let in, or rejected with the reason of PS3.8 Table 9-21", () => {
  // deno-fmt-ignore
  const rows: [
    name: string,
    options: Partial<ArchiveScpOptions>,
    request: Partial<AssociateRequest>,
    rejection: [result: number, source: number, reason: number] | undefined,
  ][] = [
    ["any calling title", {}, {}, undefined],
    ["no list of titles", { allowedAeTitles: [] }, {}, undefined],
    ["a listed title", { allowedAeTitles: ["OTHER", "SCU"] }, {}, undefined],
    ["a title that is not listed", { allowedAeTitles: ["OTHER"] }, {}, [1, 1, 3]],
    ["a listed title in other case", { allowedAeTitles: ["scu"] }, {}, [1, 1, 3]],
    ["another called title, unchecked", { aeTitle: "MINE" }, {}, undefined],
    ["the called title", { aeTitle: "SCP", checkCalledAeTitle: true }, {}, undefined],
    ["another called title", { aeTitle: "MINE", checkCalledAeTitle: true }, {}, [1, 1, 7]],
    ["both titles wrong", { aeTitle: "MINE", checkCalledAeTitle: true, allowedAeTitles: ["OTHER"] }, {}, [1, 1, 3]],
    ["room for more", { isFull: false }, {}, undefined],
    ["too many associations", { isFull: true, allowedAeTitles: ["OTHER"] }, {}, [2, 3, 2]],
  ];
  for (const [name, options, request, rejection] of rows) {
    test(name, () => {
      const { wire } = associate(options, request);
      const [first] = wire.aEvents;
      assert.deepEqual(
        first?.type === "rejected"
          ? [first.result, first.source, first.reason]
          : first?.type,
        rejection ?? "accepted",
      );
      assert.equal(wire.bEvents[0]?.type, "requested");
    });
  }
});

describe("negotiation", () => {
  test("accepts every model and verification, in the syntax that the requestor prefers", () => {
    const contexts = [
      {
        abstractSyntax: STUDY,
        transferSyntaxes: [IMPLICIT_LE.uid, EXPLICIT_LE.uid],
      },
      {
        abstractSyntax: findModel("worklist")!.uid,
        transferSyntaxes: [EXPLICIT_BE.uid],
      },
      {
        abstractSyntax: VERIFICATION,
        transferSyntaxes: ["1.2.3", EXPLICIT_LE.uid],
      },
      { abstractSyntax: VERIFICATION, transferSyntaxes: ["1.2.3"] },
      { abstractSyntax: "1.2.3", transferSyntaxes: [IMPLICIT_LE.uid] },
    ];
    const { scu } = associate({}, { contexts });
    assert.deepEqual(
      scu.contexts.map((
        { result, transferSyntax },
      ) => [result, transferSyntax]),
      [
        [0, IMPLICIT_LE.uid],
        [0, EXPLICIT_BE.uid],
        [0, EXPLICIT_LE.uid],
        [4, undefined],
        [3, undefined],
      ],
    );
  });

  test("answers each sub-option with what is honoured (PS3.4 C.5.1.1)", () => {
    const information = (...bytes: number[]) => Uint8Array.from(bytes);
    // deno-fmt-ignore
    const rows: [
      uid: string,
      proposed: Uint8Array,
      answered: number[] | undefined,
    ][] = [
      [STUDY, information(1, 1, 1, 1, 1, 1, 1, 1), [1, 1, 1, 1, 0, 1, 1, 0]],
      [STUDY, information(0, 0, 0, 0, 0, 0, 0), [0, 0, 0, 0, 0, 0, 0]],
      [STUDY, information(2, 1), [0, 1]],
      [STUDY, information(), []],
      ["1.2.3", information(1), undefined],
    ];
    for (const [sopClassUid, proposed, answered] of rows) {
      const { wire } = associate({}, {
        extended: [{ sopClassUid, information: proposed }],
      });
      const [accepted] = wire.aEvents;
      assert.ok(accepted?.type === "accepted");
      const extended = accepted.accept.userInformation.extended ?? [];
      assert.deepEqual(
        extended.map((one) => [one.sopClassUid, [...one.information]]),
        answered === undefined ? [] : [[sopClassUid, answered]],
      );
    }
  });

  test("announces 64 KiB, or what is set", () => {
    const announced = (maxPduLength?: number) => {
      const { wire } = associate(
        maxPduLength === undefined ? {} : { maxPduLength },
      );
      const [accepted] = wire.aEvents;
      assert.ok(accepted?.type === "accepted");
      return accepted.accept.userInformation.maxPduLength;
    };
    assert.equal(announced(), 65_536);
    assert.equal(announced(4096), 4096);
    assert.equal(announced(0), 0);
  });
});

describe("sub-options that were negotiated change what matches", () => {
  const query = (
    ...keys: [tag: number, vr: "PN" | "UI" | "LO", text: string][]
  ) =>
    Dataset.of(
      ...KEYS,
      ...keys.map(([tag, vr, text]) => rawElement(tag, vr, text)),
    );
  // deno-fmt-ignore
  const rows: [
    name: string,
    suboption: number,
    identifier: Dataset,
    without: number,
    with_: number,
  ][] = [
    ["fuzzy matching", 2, query([0x00100010, "PN", "eric"]), 0, 1],
    ["empty values", 5, query([0x00200010, "LO", '""']), 0, 3],
    ["multiple values", 6, query([0x00100020, "LO", "P1\\P3"]), 2, 0],
  ];
  for (const [name, suboption, identifier, without, with_] of rows) {
    test(name, () => {
      const counts = [0, 1].map((value) => {
        const information = new Uint8Array(7);
        information[suboption] = value;
        const association = associate({}, {
          extended: [{ sopClassUid: STUDY, information }],
        });
        association.find(identifier);
        return types(association.wire.aEvents).filter((one) => one === "match")
          .length;
      });
      assert.deepEqual(counts, [without, with_]);
    });
  }

  test("fuzzy matching is also an option of the server", () => {
    const association = associate({ fuzzy: true });
    association.find(query([0x00100010, "PN", "eric"]));
    assert.deepEqual(types(association.wire.aEvents), [
      "accepted",
      "match",
      "final",
    ]);
  });
});

describe("the server's log shows", () => {
  test("query and outcome, with the keys that nothing fulfilled", () => {
    const association = associate();
    association.find();
    association.find(
      Dataset.of(...KEYS, rawElement(0x00100020, "LO", "nobody")),
    );
    const { bEvents } = association.wire;
    assert.deepEqual(types(bEvents), [
      "requested",
      "query",
      "answered",
      "query",
      "answered",
    ]);
    const answered = bEvents.flatMap((event) =>
      event.type === "answered"
        ? [[event.status, event.matches, event.unfulfilled]]
        : []
    );
    assert.deepEqual(answered, [
      [0, 3, undefined],
      [0, 0, { keys: [0x00100020] }],
    ]);
  });

  test("a limit that was reached, and one that was not", () => {
    const outcome = (limit: number) => {
      const association = associate({ limit });
      association.find();
      const final = association.wire.aEvents.at(-1);
      const answered = association.wire.bEvents.at(-1);
      assert.ok(final?.type === "final" && answered?.type === "answered");
      return [
        answered.status,
        answered.matches,
        final.final.command.errorComment,
      ];
    };
    assert.deepEqual(outcome(3), [0, 3, undefined]);
    assert.deepEqual(outcome(2), [
      0xa700,
      2,
      "More than 2 matches; the rest is not sent",
    ]);
  });

  test("a refused query with its offending element", () => {
    const association = associate();
    association.find(Dataset.of(emptyElement(0x0020000d, "UI")));
    const final = association.wire.aEvents.at(-1);
    assert.ok(final?.type === "final");
    const { status, errorComment, offendingElements } = final.final.command;
    assert.deepEqual([status, errorComment, offendingElements], [
      0xa900,
      "Query/Retrieve Level is missing",
      [0x00080052],
    ]);
  });
});

describe("latency", () => {
  test("comes before each response, the final one included", () => {
    const { wire, scp, find } = associate({ latency: 50 });
    find();
    const arrived: [now: number, events: string[]][] = [];
    for (let step = 0; step < 9; step++) {
      const before = wire.aEvents.length;
      wire.advance(25);
      wire.run();
      const events = types(wire.aEvents.slice(before));
      if (events.length > 0) arrived.push([wire.now, events]);
    }
    assert.deepEqual(arrived, [
      [50, ["match"]],
      [100, ["match"]],
      [150, ["match"]],
      [200, ["final"]],
    ]);
    assert.equal(scp.pollTimeout(), undefined);
  });

  test("is the next deadline", () => {
    const { scp, find } = associate({ latency: 50 });
    assert.equal(scp.pollTimeout(), undefined);
    find();
    assert.equal(scp.pollTimeout(), 50);
  });

  test("a cancel meanwhile ends the query with FE00", () => {
    const { scu, wire, find } = associate({ latency: 50 });
    find();
    wire.advance(50);
    wire.run();
    scu.cancel(wire.now);
    wire.run();
    const final = wire.aEvents.at(-1);
    assert.ok(final?.type === "final");
    assert.equal(final.final.status, 0xfe00);
    assert.deepEqual(types(wire.bEvents), [
      "requested",
      "query",
      "cancel",
      "answered",
    ]);
    const answered = wire.bEvents.at(-1);
    assert.ok(answered?.type === "answered");
    assert.deepEqual([answered.status, answered.matches], [0xfe00, 1]);
  });
});

describe("an association ends", () => {
  test("after a release, and the events say so", () => {
    const { scu, wire, find } = associate();
    find();
    scu.release(wire.now);
    wire.run();
    assert.deepEqual(types(wire.aEvents).slice(-2), ["final", "released"]);
    assert.ok(types(wire.bEvents).includes("release-requested"));
  });

  test("by our abort: nothing further is due", () => {
    const { scp, wire, find } = associate({ latency: 50 });
    find();
    scp.abort();
    wire.run();
    wire.advance(500);
    wire.run();
    assert.deepEqual(types(wire.aEvents), ["accepted", "aborted"]);
  });

  test("by the peer's abort or a lost connection: nothing further is due", () => {
    for (const how of ["abort", "close"] as const) {
      const { scu, scp, wire, find } = associate({ latency: 50 });
      find();
      if (how === "abort") {
        scu.abort();
        wire.run();
      } else scp.transportClosed(10);
      wire.advance(500);
      scp.handleTimeout(500);
      assert.equal(scp.pollTransmit(), undefined);
      assert.ok(!types(wire.bEvents).includes("answered"));
    }
  });
});

test("RetrieveAETitle is ours; text is as stored, or in the character set of the query", () => {
  const identifier = Dataset.of(
    rawElement(0x00080005, "CS", "ISO_IR 192"),
    rawElement(0x00080052, "CS", "STUDY"),
    rawElement(0x00080054, "AE", ""),
    rawElement(0x00100010, "PN", "*ric"),
  );
  const response = (options: Partial<ArchiveScpOptions>) => {
    const association = associate(options);
    association.find(identifier);
    const match = association.wire.aEvents.find(({ type }) => type === "match");
    assert.ok(match?.type === "match");
    return latin1(match.dataset ?? new Uint8Array(0));
  };
  assert.match(response({ aeTitle: "ARCHIVE" }), /AE\x08\0ARCHIVE .*\xc9ric/s);
  assert.match(
    response({ answerInRequestedCharset: true }),
    /^.{8}ISO_IR 192.{8}STUDY .{8}\xc3\x89ric $/s,
  );
});
