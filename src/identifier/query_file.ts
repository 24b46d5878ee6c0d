/** Query text files: one key per line, `#` comments, blank lines. Splits them into terms with places; `key.ts` reads the terms. */
import type { TermSource } from "./mistake.ts";

/** The keys of a query text file, in order. Blanks around a line mean nothing. */
export function parseQueryText(text: string, name: string): TermSource[] {
  const terms: TermSource[] = [];
  text.split(/\r\n|\n|\r/).forEach((line, index) => {
    const term = line.trim();
    if (term === "" || term.startsWith("#")) return;
    const column = line.length - line.trimStart().length + 1;
    terms.push({ text: term, file: { name, line: index + 1, column } });
  });
  return terms;
}
