/**
 * What a probe says of a good peer, and how the report differs for each kind of odd peer, line for line. The expected lines are in
 * `tests/fixtures/probe`; read the difference before putting other lines there.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import type { Exchange, Finding } from "../../../src/probe/report.ts";
import { SIGNS } from "../../../src/probe/sections.ts";
import { ODD_MANNERS } from "./odd_manners.ts";
import { ODD_KEYS } from "./odd_keys.ts";
import { type Probed, probed, smallArchive } from "./simulated_peer.ts";

const ODD_PEERS = [...ODD_KEYS, ...ODD_MANNERS];

const archive = smallArchive();

function fixture(name: string): string[] {
  const path = new URL(`../../fixtures/probe/${name}`, import.meta.url);
  return readFileSync(path, "utf8").trimEnd().split("\n");
}

/** What a finding says, apart from its id: sign, subject, text, advice. */
function saying({ outcome, model, level, text, advice }: Finding) {
  const scope = [model, level].filter((part) => part !== undefined).join(" ");
  const help = advice.map(({ option }) => option).join(", ");
  return {
    begin: `${SIGNS[outcome]} ${scope === "" ? "" : `${scope} `}`,
    end: text + (help === "" ? "" : ` => ${help}`),
  };
}

/** A line for each finding; those that follow each other and say the same share one. */
function lines({ report, failure }: Probed): string[] {
  const all: { begin: string; ids: string[]; end: string }[] = [];
  for (const finding of report.findings) {
    const { begin, end } = saying(finding);
    const last = all.at(-1);
    if (last?.begin === begin && last.end === end) last.ids.push(finding.id);
    else all.push({ begin, ids: [finding.id], end });
  }
  return [
    ...all.map(({ begin, ids, end }) => `${begin}${ids.join(", ")}: ${end}`),
    ...(report.incomplete === undefined
      ? []
      : [`incomplete: ${report.incomplete}`]),
    ...(failure === undefined ? [] : [`failure: ${failure.code}`]),
  ];
}

/** The question, the answer, and whatever else is kept of it; of values the beginning. */
function exchanged(exchange: Exchange): string {
  const { number, kind, purpose, sent, came, samples, ...rest } = exchange;
  const keys = Object.entries(sent).map(([name, value]) =>
    value === "" ? name : `${name}=${value.slice(0, 60)}`
  );
  const facts = JSON.stringify({ ...rest, samples: samples?.length });
  return `${number} ${kind}: ${purpose}; ${keys.join(", ")}; ${came}; ${facts}`;
}

const good = probed(archive);
const goodLines = lines(good);

test("the report on a good peer", () => {
  assert.deepEqual(goodLines, fixture("good_peer.txt"));
});

test("the questions to a good peer, and its answers", () => {
  assert.deepEqual(
    good.report.exchanges.map(exchanged),
    fixture("good_peer_exchanges.txt"),
  );
});

describe("the report on a peer", () => {
  const expected = new Map<string, string[]>();
  let current: string[] = [];
  for (const line of fixture("odd_peers.txt")) {
    if (line.startsWith("# ")) expected.set(line.slice(2), current = []);
    else current.push(line);
  }
  for (const [title, peculiarities, settings] of ODD_PEERS) {
    test(title, () => {
      assert.deepEqual(
        lines(probed(archive, peculiarities, settings))
          .filter((line) => !goodLines.includes(line)),
        expected.get(title),
      );
    });
  }

  test("is expected for these peers alone", () => {
    assert.deepEqual(
      [...expected.keys()],
      ODD_PEERS.map(([title]) => title),
    );
  });
});
