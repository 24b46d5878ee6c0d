/**
 * The program's advice in the words of the command line: the one place where an error meets an option. Code that reports
 * an error or shows a hint takes its words from here.
 */
import {
  advise,
  type FindscuError,
  type Hint,
  type Remedy,
  type RemedyKey,
} from "../../errors.ts";
import { sanitize } from "../../output/sanitize.ts";

/** Makes the sentence from the general text and the subjects of the remedy. */
type Wording = (text: string, ...values: string[]) => string;

/** The text, and the option that it comes from. */
function ending(tail: string): Wording {
  return (text) => text + tail;
}

/** Another sentence. */
function instead(sentence: string): Wording {
  return () => sentence;
}

/** Options of the information models that archives and worklist servers have. */
const MODEL_OPTIONS: Readonly<Record<string, string>> = {
  study: "-S",
  patient: "-P",
  worklist: "-W",
};

// deno-fmt-ignore
const WORDINGS: Readonly<Record<RemedyKey, Wording>> = {
  "allow-common-name": ending("; until then, --allow-common-name accepts the common name"),
  "allow-suite": instead("Allow the suite with +cs, or choose another profile"),
  "allow-suite-or-bun": instead(
    "Deno cannot limit the suites it offers: use findscu with Bun, allow the suite with +cs, or limit the peer"),
  "association-timeout": ending(" with -ta"),
  "authority": ending(" (+cf FILE, +cd DIRECTORY or --system-ca)"),
  "authority-files": instead("Give the authorities' certificates as files (+cf), or use findscu with Bun"),
  "called-title": (_, title = "") =>
    `It was called "${title}": give its own title with -aec, or before the @ of an address; titles are case-sensitive`,
  "calling-title": ending(" with -aet"),
  "charset": (text, charset = "") => `${text} with --charset "${charset}"`,
  "charset-map": (text, declared = "", real = "") => `${text} with --charset-map "${declared}=${real}"`,
  "choose-columns": instead("Choose some with --columns"),
  "client-certificate": instead("Give a private key and certificate (+tls KEY CERT, or --pkcs12 FILE) that the archive accepts"),
  "connect-timeout": ending(" with -to"),
  "enforced": ending(" by --enforce"),
  "expand": (_, level = "") => `Use --expand ${level}, or leave the key out`,
  "expand-or-relational": (_, level = "", parents = "", more = "") =>
    `Add --expand ${level} to query ${parents} first and then the levels below, or --relational if the peer supports it${more}`,
  "file-format": (text, format = "") => `${text} (${format === "DER" ? "-der" : "-pem"})`,
  "http-proxy": instead("Name an HTTP proxy with --via http://HOST:PORT"),
  "known-calling-title": (_, title = "") =>
    `Have "${title}" registered at the peer, or use a title that it knows with -aet; titles are case-sensitive`,
  "known-other-name": instead(
    "Use the name in the certificate, or skip the check (--no-check-hostname) if you know the archive by another name"),
  "level-model": instead("Query the study root (-S) or the patient root (-P)"),
  "list-faults": instead("findscu serve --list-faults lists them all"),
  "list-suites": instead("List the names that this executable knows with +cc"),
  "max-input-size": instead("Raise the limit with --max-input-size if that is right"),
  "max-response-size": instead("Allow more with --max-response-size"),
  "model": ending(" (-P, -S, -O, -W, --model)"),
  "no-host-check": ending(" (--no-check-hostname)"),
  "null-profile": ending(" (+pn)"),
  "older-profile": ending(" (+pa)"),
  "other-model": (_, ...names) => `It may support another information model: try ${
      names.map((name) => `${MODEL_OPTIONS[name] ?? "--model"} (${name})`)
        .join(", ")
    }; findscu probe reports which ones it supports`,
  "other-syntaxes": ending(", without -xi"),
  "patient-root": instead("Use the patient root (-P) for patients"),
  "proxy-login": (_, scheme = "") =>
    `Name the user, as in --via ${scheme}://USER@HOST:PORT, with --via-password-env or --via-password-file`,
  "proxy-user": instead("Check the user in --via, and its password"),
  "response-timeout": ending(" with -td"),
  "revocation-list": ending(" with +crl"),
  "server-name": instead("Name the server as the archive expects it (--request-sni), or request none (--no-sni)"),
  "show-pdus": instead("Check the peer's log; -d shows the PDUs on this side"),
  "socks-proxy": instead("Name a SOCKS5 proxy with --via socks5://HOST:PORT; check host, port and kind of the proxy"),
  "split": instead("Query it in parts with --split, narrow it, for example with a date range, or try again later"),
  "split-date": instead("Name one with --split-by, for example --split-by SeriesDate"),
  "study-root": instead("Use the study root (-S) for series and images"),
  "total-timeout": instead("Allow more with --total-timeout, or narrow the query"),
  "trust-certificate": ending(" with +cf"),
  "typed-bytes": instead("Bytes are sent as typed only with PEER and PORT and without --charset"),
  "wide": ending(" (--wide shows all)"),
  "wide-or-columns": ending(" (--columns chooses some, --wide shows it)"),
};

/** Every remedy that there are words for. */
export const REMEDY_KEYS: readonly RemedyKey[] = Object.keys(
  WORDINGS,
) as RemedyKey[];

/** A hint in the words of the command line. */
export function worded(hint: Hint): string {
  if (typeof hint === "string") return hint;
  const [key, ...values] = hint.remedy;
  return sanitize(WORDINGS[key](hint.text, ...values));
}

/** A text and a remedy as one sentence. */
export function withRemedy(text: string, remedy: Remedy | undefined): string {
  if (remedy === undefined) return text;
  const [key, ...values] = remedy;
  return worded(advise(text, key, ...values));
}

/** The hint of an error in the words of the command line; undefined if it has none. */
export function hintOf({ advice }: FindscuError): string | undefined {
  return advice && worded(advice);
}
