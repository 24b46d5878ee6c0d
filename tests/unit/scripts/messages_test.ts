/** The form of messages and hints that the lint holds the source to. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { hasMessages, messageMistake } from "../../../scripts/messages.ts";

for (
  const text of [
    'The list "…" is empty',
    "Check the authority's list, and the peer's log",
    "Did you mean …?",
    "Hint: The same command continues after row ….",
    "PatientName",
    "1.2.840.",
    "<p>The page's end.</p>",
    "The file is no longer there",
  ]
) {
  test(`a good text: ${text}`, () => {
    assert.equal(messageMistake(text), undefined);
  });
}

for (
  const [text, mistake] of [
    ["Check the port number.", /period/],
    ['End it with a line "…".', /period/],
    ["Use TLS (+tls).", /period/],
    ["The list '…' is empty", /double quotes, not '…'/],
    ["Give both `key` and `certificate`", /double quotes, not `key`/],
    ["the attribute is there twice", /occurs twice/],
    ["the user has to be known", /must/],
    ["it is no address", /not a/],
  ] as const
) {
  test(`a text to mend: ${text}`, () => {
    assert.match(messageMistake(text)!, mistake);
  });
}

test("pages and tests are not messages", () => {
  assert.ok(hasMessages("src/identifier/selector.ts"));
  assert.ok(hasMessages("transports/tls/explain.ts"));
  for (const file of ["src/cli/line/man.ts", "tests/unit/a_test.ts"]) {
    assert.ok(!hasMessages(file));
  }
});
