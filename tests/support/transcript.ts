/**
 * Transcripts: command lines with what they print, as a user sees it in a terminal, run on one machine in memory.
 *
 *     # A title: everything below it is one test, on the files that the ones above have left.
 *     $ findscu mock:archive.json -q PatientName
 *     | a line of stdout
 *     ! a line of stderr
 *     [exit code, if it is not 0]
 *     $ cat FILE
 *     | a line of the file
 *     $ cat > FILE
 *     > a line that is put into it
 *     $ COLUMNS=80 findscu mock:archive.json   (a terminal of this width; other variables are the environment)
 *     < a line of stdin
 *     $ unzip FILE         (its parts, each as one line)
 *     $ findscu serve ...  (Ctrl-C ends it as soon as it listens)
 */
import { readdirSync, readFileSync } from "node:fs";
import { unzipSync } from "fflate/browser";
import { cli } from "./cli.ts";
import { FakeFiles } from "./fake_files.ts";

/** One command with its input; `shown` is what follows it in the transcript. */
interface Command {
  readonly text: string;
  readonly input: readonly string[];
  readonly shown: string[];
}

/** The part below one title. */
export interface Scene {
  readonly title: string;
  readonly commands: readonly Command[];
}

/** Reads a transcript. */
export function readTranscript(text: string): Scene[] {
  const scenes: { title: string; commands: Command[] }[] = [];
  for (const line of text.trimEnd().split("\n")) {
    const [sign] = line;
    const rest = line.slice(2);
    const command = scenes.at(-1)?.commands.at(-1);
    if (sign === "#") scenes.push({ title: rest, commands: [] });
    else if (sign === "$") {
      scenes.at(-1)!.commands.push({ text: rest, input: [], shown: [] });
    } else if (sign === "<" || sign === ">") {
      (command!.input as string[]).push(rest);
    } else if (line !== "") command!.shown.push(line);
  }
  return scenes;
}

/** Runs one scene; returns it as it is now. */
export async function played(scene: Scene, disk: FakeFiles): Promise<string> {
  const lines = [`# ${scene.title}`];
  for (const { text, input } of scene.commands) {
    const words = shellWords(text);
    lines.push(`$ ${text}`);
    const sign = words[0] === "cat" ? ">" : "<";
    lines.push(...input.map((line) => `${sign} ${line}`.trimEnd()));
    lines.push(...await outcome(words, input, disk));
  }
  return lines.join("\n");
}

async function outcome(
  words: readonly string[],
  input: readonly string[],
  disk: FakeFiles,
): Promise<string[]> {
  const content = input.map((line) => `${line}\n`).join("");
  if (words[0] === "cat") {
    const [, path = "", target = ""] = words;
    if (path !== ">") {
      return disk.stat(path) === undefined
        ? [`! cat: ${path}: No such file or directory`]
        : shown(disk.text(path), "|");
    }
    disk.put(target, content);
    return [];
  }
  if (words[0] === "unzip") return partsOf(disk.read(words[1] ?? ""));
  const at = words.indexOf("findscu");
  if (at < 0) throw new Error(`Not a command: ${words.join(" ")}`);
  const env = Object.fromEntries(
    words.slice(0, at).map((word) => word.split(/=(.*)/s, 2)),
  );
  const { COLUMNS } = env;
  const { code, stdout, stderr } = await cli(words.slice(at + 1), {
    files: disk,
    env: { HOME: "/here", ...env },
    ...(content !== "" && { stdin: content }),
    ...(COLUMNS !== undefined && { columns: Number(COLUMNS) }),
    ...(words[at + 1] === "serve" && {
      onOutput: (text: string, interrupt: () => void) => {
        if (text.includes("Listening on")) interrupt();
      },
    }),
  });
  return [
    ...shown(stdout, "|"),
    ...shown(stderr, "!"),
    ...(code === 0 ? [] : [`[${code}]`]),
  ];
}

function partsOf(archive: Uint8Array): string[] {
  return Object.entries(unzipSync(archive)).flatMap(([name, bytes]) => [
    `| ${name}`,
    ...shown(new TextDecoder().decode(bytes), "|"),
  ]);
}

/** What depends on the version. */
const VERSION = /FINDSCU_\d+_\d+_\d+/g;

/** What depends on the time zone of those who run it. */
const UTC = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g;

/** What a transcript shows as an escape: it cannot be seen, or it would move what can. */
const UNSEEN = /[\x00-\x1f\x7f-\x9f\u200e\u200f\ufeff]/g;

/** Lines with a sign before each; a blank at an end is a dot. */
function shown(text: string, sign: string): string[] {
  if (text === "") return [];
  const lines = text.replace(VERSION, "FINDSCU_VERSION")
    .replace(UTC, "TIME").split("\n");
  if (lines.at(-1) === "") lines.pop();
  else lines.push("\\ no line end");
  return lines.map((line) =>
    line === ""
      ? sign
      : `${sign} ${
        line.replace(/ $/, "·").replace(UNSEEN, (character) =>
          character === "\r"
            ? "\\r"
            : character === "\t"
            ? "\\t"
            : `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`)
      }`
  );
}

/** Words as a shell reads them: blanks between, quotes around. */
function shellWords(text: string): string[] {
  return Array.from(
    text.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g),
    ([word]) => word.replace(/"([^"]*)"|'([^']*)'/g, "$1$2"),
  );
}

/** The machine on which a transcript begins: the files of the folder `files` beside it. */
export function machineOf(folder: URL): FakeFiles {
  const files = new URL("files/", folder);
  return new FakeFiles(
    Object.fromEntries(
      readdirSync(files).map((name) => [
        name,
        new Uint8Array(readFileSync(new URL(name, files))),
      ]),
    ),
  );
}
