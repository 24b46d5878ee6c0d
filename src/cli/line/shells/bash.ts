/** Completions for bash, from version 3.2 (macOS) on. */
import {
  lines,
  type Model,
  quoted,
  spellingsOf,
  valueGroups,
} from "./model.ts";

/** The script. bash also splits words at `=` and `:`; `--name=value` arrives as three words. Old versions (macOS) are served as well. */
export function bash(model: Model): string {
  const values = valueGroups(model).flatMap(({ spellings, value }) => {
    const head = `    ${spellings.map(quoted).join("|")})`;
    switch (value.kind) {
      case "file":
        return [head, "      return ;; # the default: file names"];
      case "directory":
        return [
          head,
          "      IFS=$'\\n'",
          '      COMPREPLY=($(compgen -d -- "$current"))',
          "      compopt -o filenames 2>/dev/null",
          "      return ;;",
        ];
      case "words":
        return [
          head,
          `      COMPREPLY=($(compgen -W ${
            quoted(value.words.join(" "))
          } -- "$current"))`,
          "      return ;;",
        ];
      case "any":
        return [head, "      return ;;"];
    }
  });
  const commands = model.commands.map(({ name }) => name);
  return lines([
    "# bash completion of findscu",
    "_findscu() {",
    "  local IFS=$' \\t\\n'",
    '  local current="${COMP_WORDS[COMP_CWORD]}"',
    '  local previous="${COMP_WORDS[COMP_CWORD - 1]}"',
    '  if [[ $current == "=" ]]; then',
    '    current=""',
    '  elif [[ $previous == "=" && COMP_CWORD -gt 2 ]]; then',
    '    previous="${COMP_WORDS[COMP_CWORD - 2]}"',
    "  fi",
    "  COMPREPLY=()",
    '  case "$previous" in',
    ...values,
    "  esac",
    "  local options",
    '  case "${COMP_WORDS[1]}" in',
    ...model.commands.map((command) =>
      `    ${command.name}) options=${
        quoted(spellingsOf(command).join(" "))
      } ;;`
    ),
    `    *) options=${quoted(spellingsOf(model.query).join(" "))} ;;`,
    "  esac",
    "  if [[ $current == [-+]* ]]; then",
    '    COMPREPLY=($(compgen -W "$options" -- "$current"))',
    "  elif [[ $COMP_CWORD -eq 1 ]]; then",
    `    COMPREPLY=($(compgen -W ${quoted(commands.join(" "))} -- "$current"))`,
    ...model.commands.filter(({ parameters }) => parameters.length > 0)
      .flatMap(({ name, parameters }) => [
        `  elif [[ $COMP_CWORD -eq 2 && \${COMP_WORDS[1]} == ${name} ]]; then`,
        `    COMPREPLY=($(compgen -W ${
          quoted(parameters.join(" "))
        } -- "$current"))`,
      ]),
    "  fi",
    "}",
    "complete -o bashdefault -o default -F _findscu findscu",
  ]);
}
