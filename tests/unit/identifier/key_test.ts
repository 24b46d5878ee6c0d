import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Charset } from "../../../src/charset/charset.ts";
import { Dataset } from "../../../src/dataset/dataset.ts";
import { Dictionary } from "../../../src/dictionary/dictionary.ts";
import { InputError, UsageError } from "../../../src/errors.ts";
import {
  applyAssignment,
  applyKey,
  parseKey,
} from "../../../src/identifier/key.ts";
import { PATH_ERROR_ROWS } from "./path_error_rows.ts";
import { KEY_GROUPS } from "./key_rows.ts";
import { show, showText, thrownBy } from "./show.ts";
import { VALUE_ERROR_ROWS } from "./value_error_rows.ts";

function listOf(keys: string | readonly string[]): readonly string[] {
  return typeof keys === "string" ? [keys] : keys;
}

describe("applyKey() sets", () => {
  for (const [title, options, rows] of KEY_GROUPS) {
    test(title, () => {
      for (const [keys, elements] of rows) {
        const dataset = new Dataset();
        for (const key of listOf(keys)) applyKey(dataset, key, options);
        assert.equal(show(dataset), elements, listOf(keys).join(" "));
      }
    });
  }
});

describe("applyKey() refuses", () => {
  const rows = [...PATH_ERROR_ROWS, ...VALUE_ERROR_ROWS];
  for (const [keys, reason, carets, hint] of rows) {
    const list = listOf(keys);
    const last = list[list.length - 1]!;
    test(last, () => {
      const dataset = new Dataset();
      for (const key of list.slice(0, -1)) applyKey(dataset, key);
      const error = thrownBy(() => applyKey(dataset, last));
      assert.ok(error instanceof UsageError);
      assert.equal(
        error.message,
        `Bad override key/path: ${reason}\n  ${last}\n  ${carets}`,
      );
      assert.equal(error.hint, hint);
    });
  }
});

describe("messages", () => {
  function messageOf(key: string): string {
    return (thrownBy(() => applyKey(new Dataset(), key)) as Error).message;
  }

  test("show the surroundings of the place in a long key", () => {
    const step = "ReferencedSeriesSequence[0].";
    assert.equal(
      messageOf(`${step}${step}${step}${step}Nonsense=1`),
      [
        'Bad override key/path: unknown keyword "Nonsense"',
        "  …ce[0].ReferencedSeriesSequence[0].ReferencedSeriesSequence[0].Nonsense=1",
        "                                                                 ^^^^^^^^",
      ].join("\n"),
    );
  });

  test("cut a long value after the place", () => {
    assert.equal(
      messageOf(`PatientComments.x=${"y".repeat(100)}`),
      [
        'Bad override key/path: unknown keyword "x"',
        `  PatientComments.x=${"y".repeat(54)}…`,
        "                  ^",
      ].join("\n"),
    );
  });

  test("cut a long reason", () => {
    const [reason] = messageOf("A".repeat(10_000)).split("\n");
    assert.equal(reason!.length, "Bad override key/path: ".length + 201);
  });

  test("neutralise control characters", () => {
    assert.equal(
      messageOf("a\tb\x1b[31m=x"),
      [
        'Bad override key/path: unknown keyword "a\ufffdb\ufffd"',
        "  a\ufffdb\ufffd[31m=x",
        "  ^^^^",
      ].join("\n"),
    );
  });

  test("neutralise bytes that are not text", () => {
    assert.equal(
      messageOf("a\udcfcb=x").split("\n").at(1),
      "  a\ufffdb=x",
    );
  });

  test("align carets after wide characters", () => {
    assert.equal(
      messageOf('"患者":0009,xx'),
      [
        "Bad override key/path: not a private attribute",
        '  "患者":0009,xx',
        "   \u3000\u3000  ^^^^^^^",
      ].join("\n"),
    );
  });

  test("name file, line and column for a line of a file", () => {
    const source = {
      text: "PatientNam=x",
      file: { name: "q.txt", line: 3, column: 5 },
    };
    const error = thrownBy(() => parseKey(source));
    assert.ok(error instanceof InputError);
    assert.equal(error.code, "input-invalid");
    assert.equal(
      error.message,
      [
        'Bad query file "q.txt", line 3, column 5: unknown keyword "PatientNam"',
        "  PatientNam=x",
        "  ^^^^^^^^^^",
      ].join("\n"),
    );
  });
});

describe("parseKey()", () => {
  test("gives path, value and their places", () => {
    const text = "ScheduledProcedureStepSequence[0].Modality=CT=MR";
    assert.deepEqual(parseKey(text), {
      source: { text },
      selector: [{ tag: 0x00400100, item: 0 }, { tag: 0x00080060 }],
      spans: [{ start: 0, end: 30 }, { start: 34, end: 42 }],
      value: "CT=MR",
      valueStart: 43,
    });
  });

  test("takes an empty text as no key", () => {
    assert.equal(parseKey(""), undefined);
  });

  test("refuses a path of too many steps", () => {
    const step = "ReferencedSeriesSequence.";
    assert.ok(parseKey(`${step.repeat(63)}Modality`));
    const error = thrownBy(() => parseKey(`${step.repeat(64)}Modality`));
    assert.match((error as Error).message, /more than 64 steps in one path/);
  });
});

describe("private attributes", () => {
  const dictionary = Dictionary.standard.withEntries([{
    creator: "ACME",
    groups: { first: 0x0009, last: 0x0009, only: "any" },
    elements: { first: 0x01, last: 0x01, only: "any" },
    keyword: "AcmeCode",
    vrs: ["CS"],
  }, {
    creator: "ACME",
    groups: { first: 0x0009, last: 0x0009, only: "any" },
    elements: { first: 0x02, last: 0x02, only: "any" },
    keyword: "AcmeSequence",
    vrs: ["SQ"],
  }]);

  const rows: readonly [keys: readonly string[], elements: string][] = [
    [
      ["0009,0010=ACME", "0009,1001=abc"],
      "0009,0010 LO [ACME]; 0009,1001 CS [abc ]",
    ],
    [
      ["0009,0011=ACME", "0009,1101=abc"],
      "0009,0011 LO [ACME]; 0009,1101 CS [abc ]",
    ],
    [['"ACME":0009,xx01=abc'], "0009,0010 LO [ACME]; 0009,1001 CS [abc ]"],
    [['"ACME":0009,xx02'], "0009,0010 LO [ACME]; 0009,1002 SQ []"],
    [
      ['"ACME":0009,xx02."ACME":0009,xx01=abc'],
      "0009,0010 LO [ACME]; 0009,1002 SQ [{0009,0010 LO [ACME]; 0009,1001 CS [abc ]}]",
    ],
    [
      ["0009,1001=41", "0009,0010=ACME"],
      "0009,0010 LO [ACME]; 0009,1001 UN [A\0]",
    ],
  ];

  test("have the VR that the dictionary knows for their creator in the same item", () => {
    for (const [keys, elements] of rows) {
      const dataset = new Dataset();
      for (const key of keys) applyKey(dataset, key, { dictionary });
      assert.equal(showText(dataset), elements);
    }
  });

  test("run out of blocks", () => {
    const dataset = new Dataset();
    for (let block = 0x10; block <= 0xff; block++) {
      applyKey(
        dataset,
        `0009,${block.toString(16).padStart(4, "0")}=X${block}`,
      );
    }
    const error = thrownBy(() => applyKey(dataset, '"ACME":0009,xx01=41'));
    assert.match(
      (error as Error).message,
      /No private block is left in group 0009/,
    );
  });

  test("of an item do not see the creators outside it", () => {
    const dataset = new Dataset();
    applyKey(dataset, "0009,0010=ACME");
    applyKey(dataset, "ReferencedSeriesSequence[0].0009,1001=41", {
      dictionary,
    });
    assert.equal(
      show(dataset),
      "0008,1115 SQ [{0009,1001 UN 4100}]; 0009,0010 LO 41434d45",
    );
  });
});

describe("an element that is there already", () => {
  function overridden(vr: "LO" | "SS" | "UN" | "OB", tag: number, key: string) {
    const dataset = Dataset.of({ tag, vr, value: new Uint8Array([1, 2]) });
    applyKey(dataset, key);
    return show(dataset);
  }

  test("keeps its VR when the attribute is unknown", () => {
    assert.equal(
      overridden("LO", 0x00091001, "0009,1001=ab"),
      "0009,1001 LO 6162",
    );
  });

  test("keeps its VR when it is one of the choices", () => {
    assert.equal(
      overridden("SS", 0x00280106, "SmallestImagePixelValue=-5"),
      "0028,0106 SS fbff",
    );
    assert.equal(
      overridden("OB", 0x7fe00010, "PixelData=01"),
      "7fe0,0010 OB 0100",
    );
  });

  test("loses a VR that the dictionary does not allow", () => {
    assert.equal(
      overridden("UN", 0x00100010, "PatientName=ab"),
      "0010,0010 PN 6162",
    );
  });

  test("may become a sequence when it has no value", () => {
    const dataset = Dataset.of({
      tag: 0x00081115,
      vr: "UN",
      value: new Uint8Array(0),
    });
    applyKey(dataset, "ReferencedSeriesSequence.Modality=CT");
    assert.equal(show(dataset), "0008,1115 SQ [{0008,0060 CS 4354}]");
  });
});

describe("a character set", () => {
  const latin = Charset.of(["ISO_IR 100"]);

  test("encodes text in the VRs that follow it", () => {
    const dataset = new Dataset();
    applyKey(dataset, "PatientName=Müller", { charset: latin });
    applyKey(dataset, "Modality=CT", { charset: latin });
    assert.equal(show(dataset), "0008,0060 CS 4354; 0010,0010 PN 4dfc6c6c6572");
  });

  const rows: readonly [key: string, reason: string, carets: string][] = [
    [
      "PatientName=Łukasz",
      'character "Ł" is not in the character set ISO_IR 100',
      "            ^",
    ],
    [
      "PatientName=ab山",
      'character "山" is not in the character set ISO_IR 100',
      "              ^^",
    ],
    ["Modality=Ü", 'character "Ü" is not allowed in VR CS', "         ^"],
  ];

  test("refuses other characters", () => {
    for (const [key, reason, carets] of rows) {
      const error = thrownBy(() =>
        applyKey(new Dataset(), key, { charset: latin })
      ) as Error;
      assert.equal(
        error.message,
        `Bad override key/path: ${reason}\n  ${key}\n  ${carets}`,
      );
    }
  });

  test("of an item is that item's own", () => {
    const dataset = new Dataset();
    for (
      const key of [
        "ReferencedPatientSequence.SpecificCharacterSet=ISO_IR 192",
        "ReferencedPatientSequence.PatientName=ü",
        "PatientName=ü",
      ]
    ) {
      applyAssignment(dataset, parseKey(key)!, { charset: latin });
    }
    assert.equal(
      show(dataset),
      "0008,1120 SQ [{0008,0005 CS 49534f5f495220313932; 0010,0010 PN c3bc}]; 0010,0010 PN fc20",
    );
  });
});
