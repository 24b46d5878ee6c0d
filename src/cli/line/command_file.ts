/**
 * Command files: `@NAME` is replaced by the words of a text file, as in DCMTK's tools. Does not depend on options and opens no
 * file: a function passed in does.
 */

import { FindscuError, UsageError } from "../../errors.ts";
import { hintOf } from "./remedies.ts";

/**
 * The arguments with every `@NAME` replaced by the words of that file. Not recursive; a lone `@` is an ordinary argument.
 * `read` gives the text of a file or throws; then `UsageError` names the file.
 */
export function expandCommandFiles(
  args: readonly string[],
  read: (name: string) => string,
): string[] {
  return args.flatMap((argument) => {
    if (!argument.startsWith("@") || argument.length < 2) return [argument];
    const name = argument.slice(1);
    let content: string;
    try {
      content = read(name);
    } catch (cause) {
      // DCMTK's words, and the reason if it is one that DCMTK does not know.
      const isOurs = cause instanceof FindscuError && cause.hint !== undefined;
      // deno-lint-ignore findscu/message-form -- DCMTK's line
      throw new UsageError(`Cannot open command file '${name}'`, {
        cause,
        ...isOurs && { hint: `${cause.message}. ${hintOf(cause)}` },
      });
    }
    return splitWords(content);
  });
}

/**
 * The words of a command file: separated by blanks, tabs and line ends, but not within quotes of either kind. A closing
 * quote ends its word; an empty pair of quotes is an empty word. There are no escapes and no comments.
 */
export function splitWords(content: string): string[] {
  const words: string[] = [];
  let word = "";
  let quote: string | undefined;
  for (const character of content) {
    if (quote !== undefined) {
      if (character !== quote) {
        word += character;
        continue;
      }
      words.push(word);
      word = "";
      quote = undefined;
    } else if (character === '"' || character === "'") {
      quote = character;
    } else if (/[ \t\r\n]/.test(character)) {
      if (word !== "") words.push(word);
      word = "";
    } else {
      word += character;
    }
  }
  if (word !== "" || quote !== undefined) words.push(word);
  return words;
}
