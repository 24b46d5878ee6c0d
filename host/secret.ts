/** Reads a password without showing it: from the terminal, or a line of the pipe when there is none. */
import { read, writeSync } from "node:fs";
import process from "node:process";
import { CancelledError, InputError } from "../src/errors.ts";
import { sanitize } from "../src/output/sanitize.ts";

const ENTER = 0x0d;
const LINE_FEED = 0x0a;
const INTERRUPT = 0x03;
const END_OF_INPUT = 0x04;
const BACKSPACE = 0x08;
const DELETE = 0x7f;

/** Longest secret, in bytes: longer text is not a secret. */
const LONGEST = 65536;

/**
 * The line typed, without its line end; undefined at the end of input. The prompt goes to stderr. Rejects at Ctrl-C, with the
 * signal's reason when it fires first, and with `InputError` for a line without an end.
 */
export async function promptForSecret(
  question: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  let stop = () => {};
  const interruption = new Promise<never>((_, reject) => {
    stop = () => reject(signal?.reason);
  });
  interruption.catch(() => {});
  signal?.addEventListener("abort", stop);
  try {
    return await Promise.race([readLine(sanitize(question)), interruption]);
  } finally {
    signal?.removeEventListener("abort", stop);
    if (process.stdin.isTTY === true) process.stdin.setRawMode(false);
  }
}

async function readLine(prompt: string): Promise<string | undefined> {
  if (process.stdin.isTTY !== true) return await readPipedLine(prompt);
  // Before the prompt, so that nothing typed at once is shown.
  process.stdin.setRawMode(true);
  try {
    writeSync(2, prompt);
    return await typedLine();
  } finally {
    process.stdin.setRawMode(false);
    process.stdin.pause();
    writeSync(2, "\n");
  }
}

/** Byte by byte, so that anything after the line is left for the next reader. */
async function readPipedLine(prompt: string): Promise<string | undefined> {
  writeSync(2, prompt);
  const bytes: number[] = [];
  const one = new Uint8Array(1);
  let count: number;
  while ((count = await readByte(one)) > 0 && one[0] !== LINE_FEED) {
    if (bytes.push(one[0]!) > LONGEST) {
      throw new InputError(
        "input-invalid",
        `The password on standard input is longer than ${LONGEST} bytes`,
        { hint: "Give it as one line" },
      );
    }
  }
  writeSync(2, "\n");
  if (count === 0 && bytes.length === 0) return undefined;
  return new TextDecoder().decode(new Uint8Array(bytes)).replace(/\r$/, "");
}

/** The next byte of standard input, without which other things go on; returns 0 at its end. */
function readByte(buffer: Uint8Array): Promise<number> {
  return new Promise((resolve, reject) =>
    read(
      0,
      buffer,
      0,
      1,
      null,
      (error, count) => error === null ? resolve(count) : reject(error),
    )
  );
}

function typedLine(): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const bytes: number[] = [];
    const finish = (line: string | undefined) => {
      process.stdin.off("data", take);
      resolve(line);
    };
    const take = (chunk: Uint8Array) => {
      for (const byte of chunk) {
        if (byte === ENTER || byte === LINE_FEED) {
          return finish(new TextDecoder().decode(new Uint8Array(bytes)));
        }
        if (byte === END_OF_INPUT) return finish(undefined);
        if (byte === INTERRUPT) {
          // The terminal sends no signal while it hides typed text.
          reject(new CancelledError("interrupted", "Interrupted"));
          return finish(undefined);
        }
        if (byte === BACKSPACE || byte === DELETE) {
          // The whole of the last character, which may have several bytes.
          while (bytes.length > 0 && (bytes.pop()! & 0xc0) === 0x80);
        } else bytes.push(byte);
      }
    };
    process.stdin.on("data", take);
    process.stdin.resume();
  });
}
