/** What the SCP refuses because it would cost too much: answered with a status and a reason, and the association goes on. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { encodeDataset } from "../../../src/codec/encode.ts";
import {
  DEFLATED_LE,
  EXPLICIT_LE,
  type TransferSyntax,
} from "../../../src/codec/transfer_syntax.ts";
import { emptyElement, textElement } from "../../../src/codec/values.ts";
import { Dataset, sequence } from "../../../src/dataset/dataset.ts";
import { C_FIND_RQ } from "../../../src/dimse/commands.ts";
import { Session, type SessionEvent } from "../../../src/dimse/session.ts";
import { findModel } from "../../../src/find/models.ts";
import { FindScu } from "../../../src/find/scu.ts";
import type { ScuEvent } from "../../../src/find/scu_events.ts";
import { Archive } from "../../../src/scp/archive/archive.ts";
import {
  ArchiveScp,
  type ArchiveScpEvent,
  MAX_IDENTIFIER_LENGTH,
  MAX_OPEN_IDENTIFIERS,
} from "../../../src/scp/archive_scp.ts";
import { MAX_KEYS, MAX_VALUES } from "../../../src/scp/archive/query.ts";
import { Wire } from "../../support/scu_scp.ts";

const STUDY = findModel("study")!.uid;
const TIMES = {
  acseTimeout: 1e6,
  artimTimeout: 1e6,
  firstResponseTimeout: 1e6,
  responseTimeout: 1e6,
};
const ARCHIVE = Archive.fromDatasets([
  Dataset.of(
    textElement(0x00100020, "LO", "P1"),
    textElement(0x0020000d, "UI", "1.2.3"),
  ),
]);

function associate(
  syntax: TransferSyntax = EXPLICIT_LE,
  options: Partial<ConstructorParameters<typeof ArchiveScp>[0]> = {},
) {
  const scu = new FindScu({ maxPduLength: 16384, ...TIMES });
  scu.request({
    callingAeTitle: "SCU",
    calledAeTitle: "SCP",
    contexts: [{ abstractSyntax: STUDY, transferSyntaxes: [syntax.uid] }],
  });
  const scp = new ArchiveScp({ archive: ARCHIVE, ...options });
  const wire = new Wire<ScuEvent, ArchiveScpEvent>(scu, scp);
  wire.run();
  const finals = () =>
    wire.aEvents.flatMap((event) => event.type === "final" ? event.final : []);
  return {
    scu,
    scp,
    wire,
    /** Sends a query; answers how it ended. */
    ask(identifier: Uint8Array) {
      scu.find(scu.contextOf(STUDY)!, identifier, 0);
      wire.run();
      return finals().at(-1)!;
    },
  };
}

/** A study query, with a value of this many bytes besides. */
function query(size = 0): Uint8Array {
  return encodeDataset(
    Dataset.of(
      textElement(0x00080052, "CS", "STUDY"),
      textElement(0x00081030, "UT", "x".repeat(size)),
      emptyElement(0x0020000d, "UI"),
    ),
    EXPLICIT_LE,
  );
}

const TOO_LARGE = /^The identifier has more than 1 MB$/;

describe("ArchiveScp", () => {
  test("answers A700 to an identifier that is too large, and the next query", () => {
    const { ask } = associate();
    const refused = ask(query(MAX_IDENTIFIER_LENGTH));
    assert.equal(refused.status, 0xa700);
    assert.match(refused.command.errorComment ?? "", TOO_LARGE);
    assert.equal(ask(query()).status, 0);
    assert.equal(ask(query(MAX_IDENTIFIER_LENGTH / 2)).status, 0);
  });

  test("counts the bytes that an identifier inflates to", () => {
    const { ask } = associate(DEFLATED_LE);
    const bomb = deflateRawSync(query(MAX_IDENTIFIER_LENGTH), { level: 9 });
    assert.ok(bomb.length < 10_000);
    const refused = ask(new Uint8Array(bomb));
    assert.equal(refused.status, 0xa700);
    assert.match(refused.command.errorComment ?? "", TOO_LARGE);
    assert.equal(ask(new Uint8Array(deflateRawSync(query()))).status, 0);
  });

  test("distinguishes what is damaged from what is too large", () => {
    const { ask } = associate(DEFLATED_LE);
    const whole = deflateRawSync(query(1000));
    assert.equal(ask(new Uint8Array(whole.subarray(0, -4))).status, 0xc000);
  });

  test("keeps the identifiers of open queries up to a limit", () => {
    const session = new Session("requestor", { maxPduLength: 16384, ...TIMES });
    session.request({
      callingAeTitle: "SCU",
      calledAeTitle: "SCP",
      contexts: [{
        abstractSyntax: STUDY,
        transferSyntaxes: [EXPLICIT_LE.uid],
      }],
    });
    // Answers wait, so that queries pile up.
    const scp = new ArchiveScp({ archive: ARCHIVE, latency: 1000 });
    const wire = new Wire<SessionEvent, ArchiveScpEvent>(session, scp);
    wire.run();
    const large = query(MAX_IDENTIFIER_LENGTH - 1000);
    const fit = Math.floor(MAX_OPEN_IDENTIFIERS / large.length);
    for (let messageId = 1; messageId <= fit + 1; messageId++) {
      session.send(1, {
        commandField: C_FIND_RQ,
        affectedSopClassUid: STUDY,
        messageId,
        priority: 0,
        hasDataset: true,
      }, large);
    }
    wire.run();
    const answers = wire.aEvents.flatMap((event) =>
      event.type === "message" ? event.message.command : []
    );
    assert.deepEqual(
      answers.map((one) => [one.messageIdBeingRespondedTo, one.status]),
      [[fit + 1, 0xa700]],
    );
    assert.match(answers[0]?.errorComment ?? "", /more than 2 MB/);
  });

  test("turns an association away when there are too many, for the moment", () => {
    const { wire } = associate(EXPLICIT_LE, { isFull: true });
    const [rejected] = wire.aEvents;
    assert.ok(rejected?.type === "rejected");
    assert.deepEqual(
      [rejected.result, rejected.source, rejected.reason],
      [2, 3, 2],
    );
  });

  test("works in slices, between which it says that there is more, and heeds a cancel", () => {
    const many = Archive.fromDatasets(
      Array.from({ length: 10_000 }, (_, index) =>
        Dataset.of(
          textElement(0x00100020, "LO", `P${index}`),
          textElement(0x0020000d, "UI", `1.2.${index}`),
        )),
    );
    const nobody = encodeDataset(
      Dataset.of(
        textElement(0x00080052, "CS", "STUDY"),
        textElement(0x00100020, "LO", ["*x*", "*y*"]),
      ),
      EXPLICIT_LE,
    );
    for (const cancels of [false, true]) {
      const { scu, scp } = associate(EXPLICIT_LE, { archive: many });
      scu.find(scu.contextOf(STUDY)!, nobody, 0);
      scp.receive(scu.pollTransmit()!, 0);
      let now = 0;
      let slices = 0;
      let bytes: Uint8Array | undefined;
      while ((bytes = scp.pollTransmit()) === undefined) {
        assert.ok(scp.pollTimeout()! <= now);
        slices++;
        assert.ok(slices < 1000);
        if (cancels && slices === 2) {
          scu.cancel(now);
          scp.receive(scu.pollTransmit()!, now);
        } else scp.handleTimeout(++now);
      }
      scu.receive(bytes, now);
      const event = scu.pollEvent();
      assert.ok(event?.type === "final");
      assert.equal(event.final.status, cancels ? 0xfe00 : 0);
      assert.ok(cancels ? slices === 2 : slices >= 3, `${slices} slices`);
    }
  });

  test("refuses more keys and values than it would compile", () => {
    const { ask } = associate();
    const keys = Dataset.of(textElement(0x00080052, "CS", "STUDY"));
    for (let key = 0; key < MAX_KEYS; key++) {
      keys.set(emptyElement(0x01010000 + key, "LO"));
    }
    const nested = Dataset.of(
      textElement(0x00080052, "CS", "STUDY"),
      sequence(0x00400100, [keys]),
    );
    for (const dataset of [keys, nested]) {
      const { status, command } = ask(encodeDataset(dataset, EXPLICIT_LE));
      assert.equal(status, 0xa700);
      assert.equal(command.errorComment, "More than 8192 keys");
    }
    const values = Array.from({ length: MAX_VALUES }, (_, at) => `*${at}*`);
    const { status, command } = ask(encodeDataset(
      Dataset.of(
        textElement(0x00080052, "CS", "STUDY"),
        textElement(0x00100020, "LO", values),
      ),
      EXPLICIT_LE,
    ));
    assert.equal(status, 0xa700);
    assert.equal(command.errorComment, "More than 20000 values");
  });
});
