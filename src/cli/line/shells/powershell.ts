/** Completions for PowerShell, Windows' own and the newer ones. */
import {
  all,
  described,
  lines,
  type Model,
  valuesBySpelling,
  WITHOUT_PEER,
} from "./model.ts";

/** The script. */
export function powershell(model: Model): string {
  const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
  const list = (words: readonly string[]): string =>
    `@(${words.map(text).join(", ")})`;
  return lines([
    "# PowerShell completion of findscu",
    "Register-ArgumentCompleter -Native -CommandName findscu -ScriptBlock {",
    "  param($wordToComplete, $commandAst, $cursorPosition)",
    "  $words = @($commandAst.CommandElements | ForEach-Object { $_.ToString() })",
    "  # The word under the cursor is the last one, unless nothing of it is typed yet.",
    '  $count = if ($wordToComplete -eq "") { $words.Count } else { $words.Count - 1 }',
    '  $previous = if ($count -gt 1) { $words[$count - 1] } else { "" }',
    "  # Options are told apart by case: -ta is not -tA.",
    "  $values = [System.Collections.Generic.Dictionary[string, object]]::new([StringComparer]::Ordinal)",
    ...[...valuesBySpelling(model)].map(([spelling, value]) =>
      `  $values[${text(spelling)}] = ${
        value.kind === "words" || value.kind === "asked"
          ? list(value.words)
          : "$null"
      }`
    ),
    `  $withoutPeer = ${list(WITHOUT_PEER)}`,
    "  # What the program knows itself.",
    "  $asked = [System.Collections.Generic.Dictionary[string, string]]::new([StringComparer]::Ordinal)",
    ...[...valuesBySpelling(model)].flatMap(([spelling, value]) =>
      value.kind === "asked"
        ? [`  $asked[${text(spelling)}] = ${text(value.what)}`]
        : []
    ),
    '  $what = if ($asked.ContainsKey($previous)) { $asked[$previous] } elseif ($wordToComplete -match "^[-+]" -or $words[1] -in $withoutPeer) { "" } else { "peers" }',
    '  if ($what -ne "") {',
    "    $found = @(& $words[0] completions words $what -- $wordToComplete 2>$null)",
    "    $found | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }",
    '    if ($found.Count -gt 0 -and $what -ne "peers") { return }',
    "  }",
    "  $commands = [ordered]@{",
    ...model.commands.map(({ name, about }) =>
      `    ${text(name)} = ${text(about)}`
    ),
    "  }",
    "  $options = @{}",
    ...all(model).flatMap((command) => [
      `  $options[${text(command === model.query ? "" : command.name)}] = @(`,
      ...described(command).map(([spelling, about]) =>
        `    @(${text(spelling)}, ${text(about)})`
      ),
      "  )",
    ]),
    "  if ($values.ContainsKey($previous)) {",
    "    # Nothing to offer leaves it to PowerShell, which offers file names.",
    '    $values[$previous] | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {',
    "      [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)",
    "    }",
    "    return",
    "  }",
    "  $command = if ($words.Count -gt 1 -and $commands.Contains($words[1])) { $words[1] } else { '' }",
    ...model.commands.filter(({ parameters }) => parameters.length > 0)
      .flatMap(({ name, parameters }) => [
        `  if ($command -eq ${text(name)} -and $count -eq 2) {`,
        `    ${
          list(parameters)
        } | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {`,
        "      [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)",
        "    }",
        "    return",
        "  }",
      ]),
    "  if ($count -eq 1) {",
    "    foreach ($name in $commands.Keys) {",
    '      if ($name -like "$wordToComplete*") {',
    "        [System.Management.Automation.CompletionResult]::new($name, $name, 'Command', $commands[$name])",
    "      }",
    "    }",
    "  }",
    "  if ($wordToComplete -match '^[-+]') {",
    "    foreach ($option in $options[$command]) {",
    "      if ($option[0].StartsWith($wordToComplete, [StringComparison]::Ordinal)) {",
    "        [System.Management.Automation.CompletionResult]::new($option[0], $option[0], 'ParameterName', $option[1])",
    "      }",
    "    }",
    "  }",
    "}",
  ]);
}
