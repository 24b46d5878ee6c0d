/** Completions for fish. */
import { lines, type Model, type Option, WITHOUT_PEER } from "./model.ts";

/** The script. Options that fish does not recognize (`+sr`, `-x=`) are offered as words. */
export function fish(model: Model): string {
  const text = (value: string): string =>
    `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
  const names = model.commands.map(({ name }) => name).join(" ");
  const notCommand = names === ""
    ? ""
    : ` -n ${text(`not __fish_seen_subcommand_from ${names}`)}`;
  const option = (condition: string) => (option: Option): string[] => {
    const { value } = option;
    const tail = value === undefined
      ? ""
      : value.kind === "words"
      ? ` -x -a ${text(value.words.join(" "))}`
      : value.kind === "asked"
      ? ` -x -a ${
        text(`(__findscu_words ${value.what} ${value.words.join(" ")})`)
      }`
      : value.kind === "directory"
      ? " -x -a '(__fish_complete_directories)'"
      : value.kind === "file"
      ? " -r -F"
      : " -x";
    return option.spellings.map((spelling) => {
      const about = ` -d ${text(option.about)}`;
      const name = /^--([\w-]+)$/.exec(spelling)?.[1];
      if (name !== undefined) {
        return `complete -c findscu${condition} -l ${name}${tail}${about}`;
      }
      const old = /^-(\w+)$/.exec(spelling)?.[1];
      if (old !== undefined) {
        const kind = old.length === 1 ? "-s" : "-o";
        return `complete -c findscu${condition} ${kind} ${old}${tail}${about}`;
      }
      // Not an option for fish: a word that may appear anywhere.
      const start = text(`string match -qr '^[-+]' -- (commandline -ct)`);
      const when = condition === "" ? ` -n ${start}` : condition.replace(
        /'$/,
        `; and string match -qr "^[-+]" -- (commandline -ct)'`,
      );
      return `complete -c findscu${when} -a ${text(spelling)}${about}`;
    });
  };
  return lines([
    "# fish completion of findscu",
    "# Offers words that the program knows, or else those that are given.",
    "function __findscu_words",
    "  set -l typed (commandline -ct | string replace -r '^--\\w[\\w-]*=' '')",
    "  set -l program (commandline -poc)[1]",
    "  set -l found (command $program completions words $argv[1] -- $typed 2>/dev/null)",
    "  if test (count $found) -gt 0",
    "    # Empty descriptions: that of the option would be shown with each.",
    "    string replace -r '$' '\\t' -- $found",
    "  else if test (count $argv) -gt 1",
    "    string join \\n -- $argv[2..-1]",
    "  end",
    "end",
    "# The name of a saved connection may be wherever a parameter may be.",
    `complete -c findscu -n 'not __fish_seen_subcommand_from ${
      WITHOUT_PEER.join(" ")
    }' -a '(__findscu_words peers)'`,
    ...model.commands.flatMap(({ name, about, parameters }) => [
      `complete -c findscu -n __fish_use_subcommand -a ${name} -d ${
        text(about)
      }`,
      ...(parameters.length === 0 ? [] : [
        `complete -c findscu -f -n ${
          text(`__fish_seen_subcommand_from ${name}`)
        } -a ${text(parameters.join(" "))}`,
      ]),
    ]),
    ...model.query.options.flatMap(option(notCommand)),
    ...model.commands.flatMap(({ name, options }) =>
      options.flatMap(
        option(` -n ${text(`__fish_seen_subcommand_from ${name}`)}`),
      )
    ),
  ]);
}
