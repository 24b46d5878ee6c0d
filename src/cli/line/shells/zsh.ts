/** Completions for zsh, as a function to be loaded or a file to be sourced. */
import {
  described,
  lines,
  type Model,
  quoted,
  valueGroups,
  WITHOUT_PEER,
} from "./model.ts";

/** The script. */
export function zsh(model: Model): string {
  const pairs = (items: readonly (readonly [string, string])[]): string[] =>
    items.map(([word, about]) =>
      `      ${quoted(`${word.replaceAll(":", "\\:")}:${about}`)}`
    );
  const values = valueGroups(model).flatMap(({ spellings, value }) => {
    const head = `    (${spellings.map(quoted).join("|")})`;
    switch (value.kind) {
      case "file":
        return [head, "      _files; return ;;"];
      case "directory":
        return [head, "      _files -/; return ;;"];
      case "words":
        return [head, `      compadd -- ${value.words.join(" ")}; return ;;`];
      case "asked":
        return [
          head,
          `      _findscu_words ${value.what} ${
            value.words.join(" ")
          }; return ;;`,
        ];
      case "any":
        return [head, "      _message value; return ;;"];
    }
  });
  return lines([
    "#compdef findscu",
    "# zsh completion of findscu",
    "# Offers words that the program knows, or else those that are given.",
    "_findscu_words() {",
    "  local what=$1 found",
    "  shift",
    '  found=(${(f)"$(${~words[1]} completions words $what -- $PREFIX 2>/dev/null)"})',
    "  (( $#found )) || { compadd -- $@; return }",
    "  if [[ $what == peers ]]; then compadd -- $found; else compadd -U -S '' -- $found; fi",
    "}",
    "",
    "_findscu() {",
    "  local option=${words[CURRENT-1]}",
    "  local -a options commands",
    "  if [[ $PREFIX == --*=* ]]; then",
    "    option=${PREFIX%%=*}",
    "    compset -P '*='",
    "  fi",
    "  case $option in",
    ...values,
    "  esac",
    "  if [[ $PREFIX == [-+]* ]]; then",
    "    case ${words[2]} in",
    ...model.commands.flatMap((command) => [
      `    (${command.name}) options=(`,
      ...pairs(described(command)),
      "    ) ;;",
    ]),
    "    (*) options=(",
    ...pairs(described(model.query)),
    "    ) ;;",
    "    esac",
    "    _describe -o option options",
    "    return",
    "  fi",
    "  # The name of a saved connection may be wherever a parameter may be.",
    `  [[ \${words[2]} == (${
      WITHOUT_PEER.join("|")
    }) ]] || _findscu_words peers`,
    "  if (( CURRENT == 2 )); then",
    "    commands=(",
    ...pairs(model.commands.map(({ name, about }) => [name, about])),
    "    )",
    "    _describe command commands",
    "  fi",
    ...model.commands.filter(({ parameters }) => parameters.length > 0)
      .flatMap(({ name, parameters }) => [
        `  if [[ CURRENT -eq 3 && \${words[2]} == ${name} ]]; then`,
        `    compadd -- ${parameters.join(" ")}`,
        "    return",
        "  fi",
      ]),
    "  _files",
    "}",
    "",
    "# Loaded by name as a function, or sourced.",
    'if [[ ${funcstack[1]} == "_findscu" ]]; then',
    '  _findscu "$@"',
    "else",
    "  compdef _findscu findscu",
    "fi",
  ]);
}
