import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { WireWatch } from "../../../src/probe/wire.ts";
import { hex } from "../../support/hex.ts";

/** A PDV on context 1: header 1 command, 2 last, 3 both. */
function pdv(header: number, data: string, context = 1): string {
  const length = data.replaceAll(" ", "").length / 2 + 2;
  const four = length.toString(16).padStart(8, "0");
  const two = (number: number) => number.toString(16).padStart(2, "0");
  return `${four}${two(context)}${two(header)}${data}`;
}

function data(...pdvs: string[]): Uint8Array {
  const body = pdvs.join("").replaceAll(" ", "");
  const length = (body.length / 2).toString(16).padStart(8, "0");
  return hex(`0400${length}${body}`);
}

/** Group length, then Status 0000. */
const COMMAND = "00000000 04000000 0A000000  00000009 02000000 0000";

function watched(...chunks: Uint8Array[]) {
  const watch = new WireWatch();
  for (const chunk of chunks) watch.push(chunk);
  return watch.take();
}

describe("a watch of the wire", () => {
  test("sees nothing odd in whole messages, one PDV a PDU", () => {
    const facts = watched(data(pdv(3, COMMAND)), data(pdv(2, "00000000")));
    assert.equal(facts.mostPdvs, 1);
    assert.equal(facts.mixes, false);
    assert.equal(facts.packsMessages, false);
    assert.deepEqual([...facts.commandViolations], []);
    assert.equal(facts.dataPdus, 2);
  });

  test("sees what shares a PDU", () => {
    const shared = watched(data(pdv(3, COMMAND), pdv(2, "00000000")));
    assert.equal(shared.mixes, true);
    assert.equal(shared.packsMessages, false);
    const packed = watched(data(pdv(2, "00000000"), pdv(3, COMMAND)));
    assert.equal(packed.packsMessages, true);
  });

  test("sees empty and odd parts, however the bytes are cut", () => {
    const bytes = [data(), data(pdv(2, "")), data(pdv(2, "000000"))]
      .flatMap((pdu) => [...pdu]);
    const facts = watched(
      ...bytes.map((byte) => new Uint8Array([byte])),
    );
    assert.equal(facts.emptyPdus, 1);
    assert.equal(facts.emptyFragments, 1);
    assert.equal(facts.oddFragments, 1);
  });

  test("looks into command sets, in pieces as well", () => {
    const bare = "00000009 04000000 00000000";
    const facts = watched(
      data(pdv(1, bare.slice(0, 8))),
      data(pdv(3, bare.slice(8))),
    );
    assert.deepEqual([...facts.commandViolations].sort(), [
      "with several values of one number",
      "without a group length",
    ]);
    const other = watched(data(pdv(3, "00000000 04000000 00000000")));
    assert.deepEqual([...other.commandViolations], ["without a status"]);
  });

  test("notes contexts and releases, and starts over on request", () => {
    const watch = new WireWatch();
    watch.push(data(pdv(2, "0000", 99)));
    watch.push(hex("05000000000400000000"));
    const facts = watch.take();
    assert.deepEqual([...facts.contextIds], [99]);
    assert.equal(facts.releaseRequests, 1);
    assert.equal(watch.take().dataPdus, 0);
  });

  test("is not upset by what is not DICOM", () => {
    const watch = new WireWatch();
    watch.push(new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n\r\n"));
    assert.equal(watch.take().dataPdus, 0);
  });
});
