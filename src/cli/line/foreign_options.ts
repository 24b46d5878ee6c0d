/** Options of other programs, and their meaning here. Data only. */

const WORDS: readonly (readonly [meant: string, words: string])[] = [
  ["--max-results", "--limit --max --head --top --count-limit -n -l"],
  ["--columns", "--fields --field --select --attributes --attrs --return"],
  ["--sort", "--order --order-by --sort-by --orderby"],
  ["--where", "--filter --grep --match"],
  ["--output", "--out --outfile --output-file --file --save"],
  ["--format", "--type --output-format --as -f -F"],
  ["--quiet", "--silent"],
  ["--aetitle", "--ae --aet --ae-title --calling --calling-aet --calling-ae"],
  ["--call", "--aec --called --called-aet --called-ae --peer-aet"],
  ["an address dicoms://AE@HOST:PORT", "--tls --ssl --secure --https"],
  ["--ignore-peer-cert", "--insecure --no-verify --skip-verify"],
  ["--add-cert-file", "--ca --cacert --ca-file --ca-cert --cafile"],
  ["--enable-tls KEY CERTIFICATE", "--cert --client-cert --certificate"],
  ["--user-password-env or --user-password-file", "--password --user-password"],
  ["--html", "--page --browser"],
  ["an address HOST:PORT", "--host --hostname --server --peer --address"],
  ["--worklist", "--wl"],
  ["--timeout for the connection or --response-timeout", "--time-out --wait"],
  ["-q StudyDate=today", "--date --today --from --since"],
  ["-q PatientID=ID", "--patient-id --pid --mrn"],
  ["-q PatientName=NAME", "--patient-name --name"],
  ["-q ModalitiesInStudy=CT", "--modality"],
];

/** By the foreign word: the one to use instead. */
export function foreignOptions(): ReadonlyMap<string, string> {
  return new Map(
    WORDS.flatMap(([meant, words]) =>
      words.split(" ").map((word) => [word, meant] as const)
    ),
  );
}
