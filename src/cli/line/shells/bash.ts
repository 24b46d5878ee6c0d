/** Completions for bash, from version 3.2 (macOS) on. */
import {
  lines,
  type Model,
  quoted,
  shellSpellings,
  valueGroups,
  WITHOUT_PEER,
} from "./model.ts";

/**
 * The script. bash also splits words at `=` and `:`; `--name=value` arrives as three words. Old versions (macOS) are served as
 * well.
 */
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
          } -- "$word"))`,
          "      return ;;",
        ];
      case "asked":
        return [
          head,
          `      _findscu_words ${value.what} ${quoted(value.words.join(" "))}`,
          "      return ;;",
        ];
      case "any":
        return [head, "      return ;;"];
    }
  });
  const commands = model.commands.map(({ name }) => name);
  return lines([
    "# bash completion of findscu",
    "# Offers words that the program knows, or else those that are given.",
    "_findscu_words() {",
    "  local IFS=$'\\n'",
    '  COMPREPLY=($("${COMP_WORDS[0]/#\\~/$HOME}" completions words "$1" -- "$word" 2>/dev/null))',
    "  IFS=$' \\t\\n'",
    '  [[ ${#COMPREPLY[@]} -gt 0 ]] || COMPREPLY=($(compgen -W "$2" -- "$word"))',
    '  local given="${word%"$current"}"',
    '  [[ ${#COMPREPLY[@]} -eq 0 ]] || COMPREPLY=("${COMPREPLY[@]#"$given"}")',
    "  [[ $1 == peers ]] || compopt -o nospace 2>/dev/null",
    "}",
    "",
    "_findscu() {",
    "  local IFS=$' \\t\\n'",
    "  # What bash splits at = and : is one word here; only what follows the last of them is replaced.",
    '  local at=$COMP_CWORD current="${COMP_WORDS[COMP_CWORD]}"',
    '  [[ $current == [=:] ]] && current=""',
    '  local word="${COMP_WORDS[COMP_CWORD]}"',
    "  while (( at > 1 )) && [[ ${COMP_WORDS[at]} == [=:] || ${COMP_WORDS[at - 1]} == [=:] ]]; do",
    '    at=$((at - 1)) word="${COMP_WORDS[at]}$word"',
    "  done",
    '  local previous="${COMP_WORDS[at - 1]}"',
    "  if [[ $word == --*=* ]]; then",
    '    previous="${word%%=*}" word="${word#*=}"',
    "  fi",
    "  COMPREPLY=()",
    '  case "$previous" in',
    ...values,
    "  esac",
    "  local options",
    '  case "${COMP_WORDS[1]}" in',
    ...model.commands.map((command) =>
      `    ${command.name}) options=${
        quoted(shellSpellings(command).join(" "))
      } ;;`
    ),
    `    *) options=${quoted(shellSpellings(model.query).join(" "))} ;;`,
    "  esac",
    "  if [[ $word == [-+]* ]]; then",
    '    COMPREPLY=($(compgen -W "$options" -- "$word"))',
    "    return",
    "  fi",
    "  # The name of a saved connection may be wherever a parameter may be.",
    '  case "${COMP_WORDS[1]}" in',
    `    ${WITHOUT_PEER.join("|")}) ;;`,
    "    *) _findscu_words peers ;;",
    "  esac",
    "  if [[ $COMP_CWORD -eq 1 ]]; then",
    `    COMPREPLY+=($(compgen -W ${quoted(commands.join(" "))} -- "$word"))`,
    ...model.commands.filter(({ parameters }) => parameters.length > 0)
      .flatMap(({ name, parameters }) => [
        `  elif [[ $COMP_CWORD -eq 2 && \${COMP_WORDS[1]} == ${name} ]]; then`,
        `    COMPREPLY=($(compgen -W ${
          quoted(parameters.join(" "))
        } -- "$word"))`,
      ]),
    "  fi",
    "}",
    "complete -o bashdefault -o default -F _findscu findscu",
  ]);
}
