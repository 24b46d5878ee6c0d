/** A page in headless Chromium, looked at and operated through the DevTools protocol. */
import { type ChildProcess, spawn } from "node:child_process";
import { installed } from "./process.ts";

/** Where the browser is, or undefined. */
export const CHROMIUM = installed("chromium") ??
  installed("chromium-browser") ??
  installed("google-chrome");

/** An open page. */
export interface Page {
  /** The value of an expression in the page, which has to be representable as JSON. */
  evaluate(expression: string): Promise<unknown>;
  /** Whatever the page was kept from doing, or said. */
  readonly complaints: readonly string[];
  /** Every address that was asked for. */
  readonly requests: readonly string[];
}

/** Runs `body` with a page; `profile` is a folder for the browser's own files. */
export async function withPage<Result>(
  url: string,
  profile: string,
  body: (page: Page) => Promise<Result>,
): Promise<Result> {
  if (CHROMIUM === undefined) throw new Error("Chromium is not installed");
  const child = spawn(CHROMIUM, [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--remote-debugging-port=0",
    `--user-data-dir=${profile}`,
    "about:blank",
  ], { stdio: ["ignore", "ignore", "pipe"] });
  const ended = new Promise((resolve) => child.on("close", resolve));
  try {
    const browser = new URL(await endpoint(child));
    const list = await fetch(`http://${browser.host}/json/list`);
    const targets = await list.json() as {
      readonly type: string;
      readonly webSocketDebuggerUrl: string;
    }[];
    const target = targets.find(({ type }) => type === "page")!;
    const session = await Session.open(target.webSocketDebuggerUrl);
    try {
      for (const domain of ["Page", "Runtime", "Log", "Network"]) {
        await session.call(`${domain}.enable`, {});
      }
      const loaded = session.once("Page.loadEventFired");
      await session.call("Page.navigate", { url });
      await loaded;
      return await body(session);
    } finally {
      session.close();
    }
  } finally {
    child.kill("SIGKILL");
    await ended;
  }
}

/** The address that the browser prints once it listens. */
function endpoint(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    child.stderr!.on("data", (chunk) => {
      text += chunk;
      const found = /DevTools listening on (ws:\S+)/.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.on("error", reject);
    child.on("close", () => reject(new Error(`Chromium ended: ${text}`)));
  });
}

interface Reply {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Record<string, unknown>;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

class Session implements Page {
  readonly complaints: string[] = [];
  readonly requests: string[] = [];
  readonly #socket: WebSocket;
  readonly #replies = new Map<number, (reply: Reply) => void>();
  readonly #events = new Map<string, () => void>();
  #id = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener(
      "message",
      (event) => this.#take(String(event.data)),
    );
  }

  static open(url: string): Promise<Session> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(url);
      const session = new Session(socket);
      socket.addEventListener("open", () => resolve(session));
      socket.addEventListener("error", () => reject(new Error("No session")));
    });
  }

  call(method: string, params: unknown): Promise<Record<string, unknown>> {
    const id = ++this.#id;
    return new Promise((resolve, reject) => {
      this.#replies.set(id, ({ result, error }) => {
        if (error === undefined) resolve(result ?? {});
        else reject(new Error(`${method}: ${error.message}`));
      });
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }

  once(event: string): Promise<void> {
    return new Promise((resolve) => this.#events.set(event, resolve));
  }

  async evaluate(expression: string): Promise<unknown> {
    const { result, exceptionDetails } = await this.call("Runtime.evaluate", {
      expression,
      returnByValue: true,
    });
    if (exceptionDetails !== undefined) {
      throw new Error(JSON.stringify(exceptionDetails));
    }
    return (result as { readonly value?: unknown }).value;
  }

  close(): void {
    this.#socket.close();
  }

  #take(text: string): void {
    const reply = JSON.parse(text) as Reply;
    if (reply.id !== undefined) {
      this.#replies.get(reply.id)?.(reply);
      this.#replies.delete(reply.id);
      return;
    }
    const { method = "", params = {} } = reply;
    switch (method) {
      case "Log.entryAdded":
      case "Runtime.exceptionThrown":
      case "Runtime.consoleAPICalled":
      case "Page.javascriptDialogOpening":
        this.complaints.push(JSON.stringify(params));
        break;
      case "Network.requestWillBeSent":
        this.requests.push(
          (params["request"] as { readonly url: string }).url,
        );
    }
    this.#events.get(method)?.();
    this.#events.delete(method);
  }
}
