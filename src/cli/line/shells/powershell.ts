/** Completions for PowerShell, Windows' own (5.1) and the newer ones. */
import {
  all,
  described,
  lines,
  type Model,
  valuesBySpelling,
  WITHOUT_PEER,
} from "./model.ts";

/** Replacements for characters that the older version would misread, as it reads scripts in the code page of the system. */
const ASCII: Readonly<Record<string, string>> = { "…": "..." };

/** Text between single quotes; typographic ones are quotes there as well. */
function text(value: string): string {
  const ascii = value.replace(/[^\x00-\x7f]/g, (sign) => ASCII[sign] ?? "?");
  return `'${ascii.replaceAll("'", "''")}'`;
}

function list(words: readonly string[]): string {
  return `@(${words.map(text).join(", ")})`;
}

/**
 * The script. Items of a list there must be text: a list of lists, one on each line, would become one flat list. It holds under the
 * strictest mode, in which nothing beyond the end of a list may be read.
 */
export function powershell(model: Model): string {
  const values = [...valuesBySpelling(model)];
  return lines([
    "# PowerShell completion of findscu",
    "Register-ArgumentCompleter -Native -CommandName findscu -ScriptBlock {",
    "  param($wordToComplete, $commandAst, $cursorPosition)",
    "  # The words before the one that is typed.",
    "  $words = @($commandAst.CommandElements |",
    "    Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |",
    "    ForEach-Object { $_.ToString() })",
    "  $first = if ($words.Count -gt 1) { $words[1] } else { '' }",
    "  $previous = if ($words.Count -gt 1) { $words[-1] } else { '' }",
    "  $word = $wordToComplete",
    "  # An option and its value may be one word.",
    "  $start = ''",
    "  if ($word -match '^(--[^=]+)=(.*)$') {",
    "    $previous = $Matches[1]",
    "    $word = $Matches[2]",
    '    $start = "$previous="',
    "  }",
    "  $offer = {",
    "    param($text, $kind, $about)",
    '    [System.Management.Automation.CompletionResult]::new("$start$text", $text, $kind, $about)',
    "  }",
    "  # Options are case-sensitive: -ta is not -tA.",
    "  $values = [System.Collections.Generic.Dictionary[string, object]]::new([StringComparer]::Ordinal)",
    ...values.map(([spelling, value]) =>
      `  $values[${text(spelling)}] = ${
        "words" in value ? list(value.words) : "@()"
      }`
    ),
    "  # What the program knows itself.",
    "  $asked = [System.Collections.Generic.Dictionary[string, string]]::new([StringComparer]::Ordinal)",
    ...values.flatMap(([spelling, value]) =>
      value.kind === "asked"
        ? [`  $asked[${text(spelling)}] = ${text(value.what)}`]
        : []
    ),
    "  $program = $commandAst.GetCommandName()",
    "  $ask = {",
    "    param($what)",
    "    & $program completions words $what -- $word 2>$null",
    "  }",
    "  if ($values.ContainsKey($previous)) {",
    "    $found = @()",
    "    if ($asked.ContainsKey($previous)) { $found = @(& $ask $asked[$previous]) }",
    "    if ($found.Count -eq 0) {",
    "      $found = @($values[$previous] | Where-Object { $_.StartsWith($word, [StringComparison]::OrdinalIgnoreCase) })",
    "    }",
    "    # Nothing to offer leaves it to PowerShell, which offers file names.",
    "    foreach ($value in $found) { & $offer $value 'ParameterValue' $value }",
    "    return",
    "  }",
    "  $options = @{}",
    ...all(model).flatMap((command) => [
      `  $options[${text(command === model.query ? "" : command.name)}] = @(`,
      ...described(command).map(([spelling, about]) =>
        `    ${text(`${spelling} ${about}`)}`
      ),
      "  )",
    ]),
    "  if ($word -match '^[-+]') {",
    "    $command = if ($options.ContainsKey($first)) { $first } else { '' }",
    "    foreach ($option in $options[$command]) {",
    "      $name, $about = $option -split ' ', 2",
    "      if ($name.StartsWith($word, [StringComparison]::Ordinal)) { & $offer $name 'ParameterName' $about }",
    "    }",
    "    return",
    "  }",
    "  $parameters = @{",
    ...model.commands.filter(({ parameters }) => parameters.length > 0)
      .map(({ name, parameters }) => `    ${text(name)} = ${list(parameters)}`),
    "  }",
    "  if ($words.Count -eq 2 -and $parameters.ContainsKey($first)) {",
    "    foreach ($parameter in $parameters[$first]) {",
    "      if ($parameter.StartsWith($word, [StringComparison]::Ordinal)) { & $offer $parameter 'ParameterValue' $parameter }",
    "    }",
    "    return",
    "  }",
    "  # The name of a saved connection may be wherever a parameter may be.",
    `  if (${list(WITHOUT_PEER)} -cnotcontains $first) {`,
    "    foreach ($peer in @(& $ask 'peers')) { & $offer $peer 'ParameterValue' $peer }",
    "  }",
    "  if ($words.Count -eq 1) {",
    "    $commands = [ordered]@{",
    ...model.commands.map(({ name, about }) =>
      `      ${text(name)} = ${text(about)}`
    ),
    "    }",
    "    foreach ($name in $commands.Keys) {",
    "      if ($name.StartsWith($word, [StringComparison]::Ordinal)) { & $offer $name 'Command' $commands[$name] }",
    "    }",
    "  }",
    "}",
  ]);
}
