/**
 * Times whole processes: findscu in every form, DCMTK's findscu, a bare reader of PDUs and a bare hello-world, all in the same run
 * and by turns, against the replay SCP. Prints medians in milliseconds.
 *
 *   deno task bench                       everything
 *   deno task bench --runs 31             more runs per cell
 *   deno task bench --matches 0,10000     some counts only
 */
import { spawn, spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import process from "node:process";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import {
  compileModuleWithBun,
  DENO_PERMISSIONS,
  dist,
  root,
} from "../compile_steps.ts";

const { values: options } = parseArgs({
  options: {
    runs: { type: "string", default: "15" },
    matches: { type: "string", default: "0,1,100,10000,100000" },
    forms: { type: "string" },
  },
});
const runs = Number(options.runs);
const counts = options.matches.split(",").map(Number);

/** A program to be timed. */
interface Form {
  readonly name: string;
  readonly command: readonly string[];
  /** The arguments of a query; findscu's own when absent. */
  readonly query?: (matches: number, port: number) => readonly string[];
}

interface Timing {
  /** Milliseconds from start to end of the process. */
  readonly whole: number;
  /** Milliseconds from its start to its first byte at the server. */
  readonly firstByte: number;
}

function findscuArguments(
  matches: number,
  port: number,
  visible: boolean,
): string[] {
  return [
    "-S",
    visible ? "+sr" : "-sr",
    ...["-aec", `N${matches}`],
    ...["-k", "QueryRetrieveLevel=STUDY"],
    ...["-k", "PatientName"],
    "127.0.0.1",
    String(port),
  ];
}

function compileWithBun(entry: string, name: string): string {
  const result = compileModuleWithBun(entry, `${dist}/bench/${name}`);
  if (!result.ok) throw new Error(result.reason);
  return result.path;
}

/** DCMTK's findscu, where it is installed. */
function dcmtk(): Form[] {
  const { stdout } = spawnSync("findscu", ["--version"], { encoding: "utf8" });
  const version = /dcmtk: findscu v(\S+)/.exec(stdout ?? "")?.[1];
  if (version === undefined) {
    console.error("DCMTK is not installed: nothing to compare with");
    return [];
  }
  return [{ name: `DCMTK ${version}`, command: ["findscu"] }];
}

const DENO = [process.execPath, "run", ...DENO_PERMISSIONS, "--no-check"];

const ALL: readonly Form[] = [
  ...dcmtk(),
  { name: "Bun executable", command: [compileWithBun("cli.ts", "findscu")] },
  { name: "Bun, source", command: ["bun", "cli.ts"] },
  { name: "Deno, source", command: [...DENO, "cli.ts"] },
  {
    name: "bare reader, Bun executable",
    command: [compileWithBun("scripts/bench/bare_reader.ts", "bare_reader")],
    query: (matches, port) => [String(port), String(matches)],
  },
];
const FORMS = ALL.filter(({ name }) =>
  options.forms === undefined ||
  options.forms.split(",").some((word) => name.includes(word))
);

const HELLO: readonly Form[] = [
  {
    name: "Bun executable",
    command: [compileWithBun("scripts/bench/hello.ts", "hello")],
  },
  { name: "Bun, source", command: ["bun", "scripts/bench/hello.ts"] },
  { name: "Deno, source", command: [...DENO, "scripts/bench/hello.ts"] },
];

/** The replay SCP, and the instants that it prints. */
class Server {
  readonly #process = spawn("bun", ["scripts/bench/replay_scp.ts"], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
  });
  readonly #lines = createInterface({ input: this.#process.stdout })
    [Symbol.asyncIterator]();
  port = 0;

  async start(): Promise<void> {
    this.port = await this.instant();
  }

  /** The next number that it prints. */
  async instant(): Promise<number> {
    return Number((await this.#lines.next()).value);
  }

  stop(): void {
    this.#process.kill();
  }
}

/** Runs a program once to its end. */
function time(command: readonly string[]): { start: number; whole: number } {
  const [program = "", ...args] = command;
  const start = performance.now();
  const { status, error } = spawnSync(program, args, {
    cwd: root,
    stdio: "ignore",
  });
  const whole = performance.now() - start;
  if (status !== 0) {
    throw new Error(`${command.join(" ")} ended with ${error ?? status}`);
  }
  return { start: performance.timeOrigin + start, whole };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? sorted[middle]!
    : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Medians of all forms, taken by turns so that what else the machine does hits them alike. */
async function measure(
  forms: readonly Form[],
  once: (form: Form) => Promise<Timing>,
  times: number,
): Promise<Map<Form, Timing>> {
  const timings = new Map<Form, Timing[]>(forms.map((form) => [form, []]));
  for (let index = -1; index < times; index++) {
    for (const form of forms) {
      const timing = await once(form);
      if (index >= 0) timings.get(form)!.push(timing); // the first warms the caches
    }
  }
  return new Map(
    Array.from(timings, ([form, list]) => [form, {
      whole: median(list.map(({ whole }) => whole)),
      firstByte: median(list.map(({ firstByte }) => firstByte)),
    }]),
  );
}

function query(server: Server, matches: number, visible: boolean) {
  return async (form: Form): Promise<Timing> => {
    const args = form.query?.(matches, server.port) ??
      findscuArguments(matches, server.port, visible);
    const { start, whole } = time([...form.command, ...args]);
    return { whole, firstByte: await server.instant() - start };
  };
}

function table(head: readonly string[], rows: readonly string[][]): void {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  console.log(line(head));
  console.log(line(head.map((_, at) => at === 0 ? "---" : "---:")));
  for (const row of rows) console.log(line(row));
  console.log();
}

async function main(): Promise<void> {
  const server = new Server();
  try {
    await server.start();
    console.log(
      `${process.platform} ${process.arch}, ${availableParallelism()} cores, medians of ${runs} runs in ms\n`,
    );
    for (const visible of [false, true]) {
      console.log(`Whole process, matches ${visible ? "printed" : "hidden"}\n`);
      const columns: Map<Form, Timing>[] = [];
      const forms = FORMS.filter((form) => !visible || !form.query);
      for (const count of counts) {
        const times = count >= 100_000 ? Math.ceil(runs / 3) : runs;
        columns.push(
          await measure(forms, query(server, count, visible), times),
        );
      }
      const reference = forms[0]!;
      table(
        ["", ...counts.map(String)],
        forms.map((form) => [
          form.name,
          ...columns.map((column) => {
            const { whole } = column.get(form)!;
            const ratio = column.get(reference)!.whole / whole;
            return `${whole.toFixed(1)} (${ratio.toFixed(1)}×)`;
          }),
        ]),
      );
      if (visible) continue;
      const empty = columns[counts.indexOf(0)];
      if (empty === undefined) continue;
      console.log("Start-up: hello-world, first byte, empty query\n");
      const hello = await measure(
        HELLO,
        (form) => Promise.resolve({ ...time(form.command), firstByte: 0 }),
        runs,
      );
      table(
        ["", "hello", "first byte", "first byte / hello", "empty query"],
        forms.map((form) => {
          const { whole, firstByte } = empty.get(form)!;
          const bare = HELLO.find(({ name }) => form.name.endsWith(name));
          const base = bare && hello.get(bare)!.whole;
          return [
            form.name,
            base?.toFixed(1) ?? "",
            firstByte.toFixed(1),
            base === undefined ? "" : (firstByte / base).toFixed(2),
            whole.toFixed(1),
          ];
        }),
      );
    }
  } finally {
    server.stop();
  }
}

await main();
