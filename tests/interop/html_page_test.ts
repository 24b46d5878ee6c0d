/** The page of `--html` in a real browser: it does what it shows, loads nothing, and runs nothing that a peer sent. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { encodeDataset } from "../../src/codec/encode.ts";
import { EXPLICIT_LE } from "../../src/codec/transfer_syntax.ts";
import { textElement } from "../../src/codec/values.ts";
import { Charset } from "../../src/charset/charset.ts";
import { Dataset } from "../../src/dataset/dataset.ts";
import { Dictionary } from "../../src/dictionary/dictionary.ts";
import { parseColumns } from "../../src/output/columns.ts";
import { HtmlWriter } from "../../src/output/html.ts";
import { parseCsv } from "../support/csv.ts";
import {
  cmd,
  concat,
  data,
  pdata,
  response,
  success,
} from "../support/scripted_peer.ts";
import { withScriptedServer } from "../support/scripted_server.ts";
import { CHROMIUM, withPage } from "./support/browser.ts";
import { ours } from "./support/runners.ts";
import { withFolder } from "./support/servers.ts";

const skip = CHROMIUM === undefined ? "Chromium not installed here" : false;
const UTF_8 = Charset.of(["ISO_IR 192"]);

/** Descriptions that would do something if the page let them. */
const HOSTILE = [
  "<script>document.title='owned'</script>",
  `"><img src=x onerror="document.title='owned'">`,
  "</td></tr></tbody></table></script><script>document.title='owned'</script>",
  "<iframe src=javascript:parent.document.title='owned'>",
  "<a href='javascript:alert(1)'>x</a><style>*{display:none}</style>",
  "abc\u202egnp.exe\x1b[31m\u2028",
  "&lt;b&gt; &amp; ]]> --> ${7*7} <!--",
  "",
];

/** The study with this number in the list above. */
function study(number: number): Dataset {
  return Dataset.of(
    textElement(0x00080005, "CS", "ISO_IR 192"),
    textElement(0x00080020, "DA", `2024${["01", "03", "06"][number % 3]}05`),
    textElement(0x00080061, "CS", number % 2 === 0 ? ["CT", "SR"] : "MR"),
    textElement(0x00081030, "LO", HOSTILE[number]!, UTF_8),
    textElement(0x00100010, "PN", "M\u00fcller^J\u00fcrgen", UTF_8),
    textElement(0x00100020, "LO", String((number * 5) % 8 * 3)),
    textElement(0x0020000d, "UI", `1.2.840.113619.2.55.3.604688119.${number}`),
  );
}

const KEYWORDS = [
  "StudyDate",
  "ModalitiesInStudy",
  "StudyDescription",
  "PatientName",
  "PatientID",
  "StudyInstanceUID",
];

/** The page of these studies, made by the program from a peer's answer. */
async function pageFile(folder: string, end = success()): Promise<string> {
  const file = `${folder}/page.html`;
  const steps = [{
    send: concat(
      ...HOSTILE.flatMap((_, number) => [
        pdata(cmd(response(0xff00, true))),
        pdata(data(encodeDataset(study(number), EXPLICIT_LE))),
      ]),
      end,
    ),
  }];
  await withScriptedServer(steps, {}, async (port) => {
    await ours([
      `127.0.0.1:${port}`,
      ...KEYWORDS.flatMap((key) => ["-q", key]),
      ...["--html", file, "--count"],
    ]);
  });
  return file;
}

/** The texts of a column of the rows that are shown, from top to bottom. */
function column(page: Page, index: number): Promise<string[]> {
  return page.locator(`#matches tbody tr:not(.room) td:nth-child(${index + 1})`)
    .evaluateAll((cells) => cells.map((cell) => cell.textContent ?? ""));
}

/** The box of a value in a list of values. */
function box(page: Page, facet: string, value: string) {
  return page.locator(`[data-facet="${facet}"] [data-value="${value}"] input`);
}

function tile(page: Page, title: string): Promise<string> {
  return page.locator(`#tiles div:has(dt:text-is("${title}")) dd`).innerText();
}

test(
  "the page of a hostile answer runs nothing of it",
  { skip },
  () =>
    withFolder(async (folder) => {
      const url = pathToFileURL(await pageFile(folder)).href;
      await withPage(url, async (page, { complaints, requests }) => {
        assert.equal(
          await page.locator("img, iframe, a, body style, main script").count(),
          0,
        );
        assert.deepEqual(await column(page, 2), [
          ...HOSTILE.slice(0, 5),
          "abc<U+202E>gnp.exe<U+001B>[31m<U+2028>",
          ...HOSTILE.slice(6),
        ]);
        assert.equal(await page.title(), "All matches");
        assert.deepEqual(complaints, []);
        assert.deepEqual(requests, [url]);
      });
    }),
);

test(
  "a page is searched, filtered, sorted and brushed",
  { skip },
  () =>
    withFolder(async (folder) => {
      const url = pathToFileURL(await pageFile(folder)).href;
      await withPage(url, async (page, { complaints }) => {
        const shown = () => page.locator("#shown").innerText();
        assert.equal(await shown(), "8 matches");
        assert.equal(await tile(page, "Studies"), "8");
        assert.equal(await tile(page, "From – to"), "2024-01-05 – 2024-06-05");

        await page.getByRole("button", { name: /^ID/ }).click();
        const ids = ["0", "3", "6", "9", "12", "15", "18", "21"];
        assert.deepEqual(await column(page, 4), ids);
        await page.getByRole("button", { name: /^ID/ }).press("Enter");
        assert.deepEqual(await column(page, 4), ids.toReversed());
        await page.getByRole("button", { name: /^Modality/ }).click();
        await page.getByRole("button", { name: /^Date/ })
          .click({ modifiers: ["Shift"] });
        const days = await column(page, 0);
        assert.deepEqual(days, [
          ...days.slice(0, 4).toSorted(),
          ...days.slice(4).toSorted(),
        ]);
        assert.deepEqual(
          await column(page, 1),
          [..."cccc"].map(() => "CT, SR").concat([..."mmmm"].map(() => "MR")),
        );

        await page.getByRole("searchbox").fill("M\u00dcLLER iframe");
        assert.equal(await shown(), "1 of 8");
        assert.deepEqual(await column(page, 2), [HOSTILE[3]]);
        assert.equal(
          await page.locator('[data-value="CT"] .count').innerText(),
          "0",
        );
        await page.getByRole("searchbox").fill("");

        await box(page, "ModalitiesInStudy", "SR").check();
        assert.equal(await shown(), "4 of 8");
        assert.equal(
          await page.locator('[data-value="MR"] .count').innerText(),
          "4",
        );
        await box(page, "ModalitiesInStudy", "MR").check();
        assert.equal(await shown(), "8 matches");
        await box(page, "ModalitiesInStudy", "MR").uncheck();
        await page.getByLabel("Filter by another column").selectOption(
          "PatientID",
        );
        await box(page, "PatientID", "6").check();
        assert.equal(await shown(), "1 of 8");
        await page.getByRole("button", { name: "Show all" }).click();
        assert.equal(await shown(), "8 matches");

        // The six months: 3 matches in January, 3 in March, 2 in June.
        const plot = (await page.locator(".plot").boundingBox())!;
        const month = (at: number) => plot.x + plot.width * (at + 0.5) / 6;
        await page.mouse.move(month(1), plot.y + 20);
        await page.mouse.down();
        await page.mouse.move(month(5), plot.y + 30, { steps: 5 });
        await page.mouse.up();
        assert.equal(await shown(), "5 of 8");
        assert.equal(
          await page.locator(".histogram .span").innerText(),
          "2024-02 – 2024-06",
        );
        await page.getByRole("slider", { name: "To" }).focus();
        await page.keyboard.press("ArrowLeft");
        assert.equal(await shown(), "3 of 8");
        await page.keyboard.press("End");
        await page.getByRole("slider", { name: "From" }).focus();
        await page.keyboard.press("Home");
        assert.equal(await shown(), "8 matches");
        assert.deepEqual(complaints, []);
      });
    }),
);

test(
  "a page keeps its state in the address, copies and downloads",
  { skip },
  () =>
    withFolder(async (folder) => {
      const file = await pageFile(folder);
      const url = pathToFileURL(file).href;
      const address = await withPage(url, async (page, { complaints }) => {
        await box(page, "ModalitiesInStudy", "MR").check();
        await page.getByRole("searchbox").fill("m\u00fcller");
        await page.getByRole("button", { name: /^ID/ }).click();
        await page.getByText("Columns", { exact: true }).click();
        await page.locator("#columns").getByLabel("Description").uncheck();
        await page.keyboard.press("Escape");

        const download = page.waitForEvent("download");
        await page.getByRole("button", { name: "Download CSV" }).click();
        const path = `${folder}/rows.csv`;
        await (await download).saveAs(path);
        const records = parseCsv(readFileSync(path, "utf8").slice(1));
        assert.deepEqual(
          records[0],
          KEYWORDS.filter((key) => key !== "StudyDescription"),
        );
        assert.equal(records.length, 5);
        assert.equal(
          records[1]!.at(-1),
          "1.2.840.113619.2.55.3.604688119.5",
        );

        await page.getByRole("button", { name: /^Copy 1\.2\..*119\.5$/ })
          .click();
        await page.getByText(/^Copied 1\.2\..*\.5$/).waitFor();
        assert.deepEqual(complaints, []);
        return page.url();
      }, { permissions: ["clipboard-read", "clipboard-write"] });
      await withPage(address, async (page) => {
        assert.equal(await page.locator("#shown").innerText(), "4 of 8");
        assert.ok(await box(page, "ModalitiesInStudy", "MR").isChecked());
        assert.equal(await page.locator("th").count(), 5);
        assert.deepEqual(await column(page, 3), ["3", "9", "15", "21"]);
      });
    }),
);

test(
  "patients open to studies and series",
  { skip },
  () =>
    withFolder(async (folder) => {
      const file = `${folder}/page.html`;
      const run = await ours([
        "mock:demo",
        "--relational",
        ...[
          "QueryRetrieveLevel=SERIES",
          "PatientName=Doe*",
          "PatientID",
          "StudyInstanceUID",
          "StudyDescription",
          "SeriesInstanceUID",
          "Modality",
        ].flatMap((key) => ["-q", key]),
        ...["--html", file, "--count"],
      ]);
      assert.equal(run.code, 0, String(run.stderr));
      await withPage(pathToFileURL(file).href, async (page, { complaints }) => {
        const lines = () =>
          page.locator("#matches tbody .tree").allInnerTexts();
        const patients = ["▸ Patient 6 studies", "▸ Patient 3 studies"];
        assert.deepEqual(await lines(), patients);
        await page.getByRole("button", {
          name: /^Patient 6 studies, Doe, Jane/,
        }).click();
        assert.equal((await lines()).length, 2 + 6);
        // The button that was pressed still has the focus, under its new state.
        await page.keyboard.press("ArrowDown");
        const third = page.locator(".fold").nth(3);
        assert.equal(await third.innerText(), "▸ Study 4 series");
        await third.press("Enter");
        assert.equal(
          (await lines()).filter((text) => text === "Series").length,
          4,
        );
        await page.getByRole("button", { name: "Open all" }).click();
        assert.equal((await lines()).length, 2 + 9 + 17);
        await page.getByRole("searchbox").fill("jane ct");
        assert.equal(await page.locator("#shown").innerText(), "4 of 17");
        await page.getByRole("button", { name: "Close all" }).click();
        assert.deepEqual(await lines(), ["▸ Patient 1 study"]);
        await page.getByRole("button", { name: "Group" }).click();
        assert.equal((await column(page, 0)).length, 4);
        assert.deepEqual(complaints, []);
      });
    }),
);

test(
  "an incomplete result has a banner above all",
  { skip },
  () =>
    withFolder(async (folder) => {
      const failure = pdata(cmd(response(0xa700, false)));
      const file = `${await pageFile(folder, failure)}.incomplete`;
      const copy = `${folder}/copy.html`;
      writeFileSync(copy, readFileSync(file));
      await withPage(pathToFileURL(copy).href, async (page) => {
        const alert = page.getByRole("alert");
        assert.match(await alert.innerText(), /^Incomplete: .*0xa700/);
        const { y } = (await alert.boundingBox())!;
        assert.equal(y, 0);
        const download = page.waitForEvent("download");
        await page.getByRole("button", { name: "Download CSV" }).click();
        assert.equal(
          (await download).suggestedFilename(),
          "matches.incomplete.csv",
        );
      });
    }),
);

test(
  "axe-core finds nothing, light or dark, narrow or wide",
  { skip },
  () =>
    withFolder(async (folder) => {
      const failure = pdata(cmd(response(0xa700, false)));
      const file = `${folder}/copy.html`;
      writeFileSync(
        file,
        readFileSync(`${await pageFile(folder, failure)}.incomplete`),
      );
      const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
      for (const colorScheme of ["light", "dark"] as const) {
        for (const width of [390, 1400]) {
          const url = `${pathToFileURL(file).href}#group=yes`;
          await withPage(url, async (page) => {
            if (width < 900) {
              await page.getByText("Filters", { exact: true }).click();
            }
            await page.getByText("Columns", { exact: true }).click();
            await page.getByText("Query", { exact: true }).click();
            await page.locator(".fold").first().click();
            await page.evaluate(readFileSync(axe, "utf8"));
            const violations = await page.evaluate(`axe.run().then((found) =>
            found.violations.map(({ id, nodes }) =>
              id + ": " + nodes.map((node) => node.html).join(" ")))`);
            assert.deepEqual(violations, [], `${colorScheme} ${width}`);
          }, {
            colorScheme,
            viewport: { width, height: 900 },
            bypassCSP: true,
          });
        }
      }
    }),
);

test(
  "20,000 rows are as fluid as ten",
  { skip },
  () =>
    withFolder(async (folder) => {
      const writer = new HtmlWriter({
        columns: parseColumns(KEYWORDS.join(","), Dictionary.standard),
      });
      const count = 20_000;
      const chunks = [writer.begin()];
      for (let number = 1; number <= count; number++) {
        const dataset = study(number % HOSTILE.length);
        dataset.set(textElement(0x00100020, "LO", String(number)));
        chunks.push(writer.match({
          number,
          status: 0xff00,
          dataset,
          syntax: EXPLICIT_LE,
        }));
      }
      chunks.push(writer.end({ matches: count, elapsed: 1 }));
      const file = `${folder}/many.html`;
      writeFileSync(file, chunks.join(""));
      await withPage(pathToFileURL(file).href, async (page) => {
        assert.equal(await tile(page, "Matches"), "20,000");
        const drawn = page.locator("#matches tbody tr:not(.room)");
        assert.ok(await drawn.count() < 100);
        await page.locator("#scroll").evaluate((scroll) =>
          scroll.scrollTop = scroll.scrollHeight
        );
        await page.locator(`tr[aria-rowindex="${count + 1}"]`).waitFor();
        assert.ok(await drawn.count() < 100);
        assert.equal((await column(page, 4)).at(-1), String(count));
        await page.getByRole("searchbox").fill("19999");
        assert.equal(await page.locator("#shown").innerText(), "1 of 20,000");
        await page.emulateMedia({ media: "print" });
        assert.ok(!await page.getByRole("searchbox").isVisible());
        await page.evaluate(`dispatchEvent(new Event("beforeprint"))`);
        assert.equal(await page.locator(".note").count(), 0);
        await page.evaluate(`location.hash = "";
          dispatchEvent(new Event("hashchange"))`);
        await page.getByText("15,000 more lines are not printed").waitFor();
      });
    }),
);

test(
  "one match is counted as one",
  { skip },
  () =>
    withFolder(async (folder) => {
      const writer = new HtmlWriter({
        columns: parseColumns(KEYWORDS.join(","), Dictionary.standard),
      });
      const file = `${folder}/one.html`;
      writeFileSync(
        file,
        writer.begin() +
          writer.match({
            number: 1,
            status: 0xff00,
            dataset: study(0),
            syntax: EXPLICIT_LE,
          }) + writer.end({ matches: 1, elapsed: 1 }),
      );
      await withPage(pathToFileURL(file).href, async (page) => {
        assert.equal(await page.locator("#shown").innerText(), "1 match");
        await page.getByText("Download CSV").click();
        await page.getByText("Downloaded 1 row", { exact: true }).waitFor();
      });
    }),
);
