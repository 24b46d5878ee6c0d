/** A page in headless Chromium, as Debian packages it, operated as a user would. */
import {
  type BrowserContextOptions,
  chromium,
  type Page,
} from "playwright-core";
import { installed } from "./process.ts";

/** Where the browser is, or undefined. */
export const CHROMIUM = installed("chromium") ??
  installed("chromium-browser") ??
  installed("google-chrome");

/** What a page did besides showing itself. */
export interface Traces {
  /** Whatever it was kept from doing, or said. */
  readonly complaints: readonly string[];
  /** Every address that was requested. */
  readonly requests: readonly string[];
}

/** Runs `body` with the page at an address. */
export async function withPage<Result>(
  url: string,
  body: (page: Page, traces: Traces) => Promise<Result>,
  options: BrowserContextOptions = {},
): Promise<Result> {
  if (CHROMIUM === undefined) throw new Error("Chromium is not installed");
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ["--no-sandbox", "--disable-gpu"],
  });
  try {
    const context = await browser.newContext({
      viewport: { width: 1400, height: 900 },
      ...options,
    });
    const page = await context.newPage();
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("dialog", (dialog) => {
      complaints.push(dialog.message());
      void dialog.dismiss();
    });
    page.on("request", (request) => requests.push(request.url()));
    await page.goto(url);
    return await body(page, { complaints, requests });
  } finally {
    await browser.close();
  }
}
