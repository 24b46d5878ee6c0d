/** The page of `--html` in a real browser: it sorts and filters, asks nobody for anything, and runs nothing that a peer sent. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { encodeDataset } from "../../src/codec/encode.ts";
import { EXPLICIT_LE } from "../../src/codec/transfer_syntax.ts";
import { textElement } from "../../src/codec/values.ts";
import { Charset } from "../../src/charset/charset.ts";
import { Dataset } from "../../src/dataset/dataset.ts";
import { htmlText } from "../../src/output/html.ts";
import {
  cmd,
  concat,
  data,
  pdata,
  response,
  success,
} from "../support/scripted_peer.ts";
import { withScriptedServer } from "../support/scripted_server.ts";
import { CHROMIUM, type Page, withPage } from "./support/browser.ts";
import { ours } from "./support/runners.ts";
import { withFolder } from "./support/servers.ts";

const UTF_8 = Charset.of(["ISO_IR 192"]);

/** Descriptions that would do something if the page let them. */
const HOSTILE = [
  "<script>document.title='owned'</script>",
  `"><img src=x onerror="document.title='owned'">`,
  "</td></tr></tbody></table></script><script>document.title='owned'</script>",
  "<iframe src=javascript:parent.document.title='owned'>",
  "<a href='javascript:alert(1)'>x</a><style>*{display:none}</style>",
  "abc\u202egnp.exe\x1b[31m\u2028",
  "&lt;b&gt; &amp; ]]> --> ${7*7}",
  "",
];

/** The study with this number in the list above. */
function study(number: number): Dataset {
  return Dataset.of(
    textElement(0x00080005, "CS", "ISO_IR 192"),
    textElement(0x00080020, "DA", `2024010${1 + number % 3}`),
    textElement(0x00080061, "CS", number % 2 === 0 ? ["CT", "SR"] : "MR"),
    textElement(0x00081030, "LO", HOSTILE[number]!, UTF_8),
    textElement(0x00100010, "PN", "M\u00fcller^J\u00fcrgen", UTF_8),
    textElement(0x00100020, "LO", String((number * 5) % 8 * 3)),
  );
}

/** The texts of a column of the rows that are shown, from top to bottom. */
function column(page: Page, index: number): Promise<unknown> {
  return page.evaluate(
    `[...document.querySelectorAll("#matches tbody tr")]
      .filter((row) => !row.hidden)
      .map((row) => row.cells[${index}].textContent)`,
  );
}

test("the page of a hostile answer", {
  skip: CHROMIUM === undefined ? "Chromium not installed here" : false,
}, () =>
  withFolder(async (folder) => {
    const file = `${folder}/page.html`;
    const steps = [
      {
        send: concat(
          ...HOSTILE.flatMap((_, number) => [
            pdata(cmd(response(0xff00, true))),
            pdata(data(encodeDataset(study(number), EXPLICIT_LE))),
          ]),
          success(),
        ),
      },
    ];
    await withScriptedServer(steps, {}, async (port) => {
      const run = await ours([
        `127.0.0.1:${port}`,
        ...[
          "StudyDate",
          "ModalitiesInStudy",
          "StudyDescription",
          "PatientName",
          "PatientID",
        ].flatMap((key) => ["-q", key]),
        "--html",
        file,
        "--count",
      ]);
      assert.equal(String(run.stderr), "");
      assert.equal(String(run.stdout), `${HOSTILE.length}\n`);
    });
    const text = readFileSync(file, "utf8");
    for (const value of HOSTILE) assert.ok(text.includes(htmlText(value)));
    await withPage(
      pathToFileURL(file).href,
      `${folder}/profile`,
      async (page) => {
        assert.equal(
          await page.evaluate(
            `document.querySelectorAll("script, style, img, iframe, a").length`,
          ),
          2,
          "more than its own script and style",
        );
        assert.deepEqual(await column(page, 2), [
          ...HOSTILE.slice(0, 5),
          "abc<U+202E>gnp.exe<U+001B>[31m<U+2028>",
          ...HOSTILE.slice(6),
        ]);
        assert.equal(
          await page.evaluate(`document.getElementById("shown").value`),
          "8 of 8",
        );

        const sort = (index: number) =>
          page.evaluate(
            `document.querySelectorAll("th button")[${index}].click()`,
          );
        await sort(4);
        assert.deepEqual(
          await column(page, 4),
          ["0", "3", "6", "9", "12", "15", "18", "21"],
          "numbers in order",
        );
        await sort(4);
        assert.deepEqual((await column(page, 4) as string[])[0], "21");
        await sort(2);
        assert.equal((await column(page, 2) as string[]).at(-1), "");

        const filter = (words: string) =>
          page.evaluate(`{
            const input = document.getElementById("filter");
            input.value = ${JSON.stringify(words)};
            input.dispatchEvent(new Event("input"));
          }`);
        await filter("M\u00dcLLER iframe");
        assert.deepEqual(await column(page, 2), [HOSTILE[3]]);
        await filter("");
        const bar = (value: string) =>
          page.evaluate(
            `document.querySelector('[data-value="${value}"]').click()`,
          );
        await bar("SR");
        assert.deepEqual(
          new Set(await column(page, 1) as string[]),
          new Set(["CT, SR"]),
        );
        await bar("2024-01-02");
        assert.deepEqual(
          new Set(await column(page, 0) as string[]),
          new Set(["2024-01-02"]),
        );
        await bar("2024-01-02");
        assert.equal((await column(page, 0) as string[]).length, 8);

        assert.equal(await page.evaluate("document.title"), "Query result");
        assert.deepEqual(page.complaints, []);
        assert.deepEqual(page.requests, [pathToFileURL(file).href]);
      },
    );
  }));
