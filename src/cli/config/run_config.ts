/**
 * The configuration of a run, decided and checked: the types between the command line and `run.ts`. Nothing in here needs
 * validating again. Durations are milliseconds, `Infinity` means "no limit". Types only; does not depend on option spellings.
 */

import type { PeerTarget, TlsConfig } from "../target.ts";
import type { ClientTimeouts } from "../../client/settings.ts";
import type { SecretSource } from "../../security.ts";
import type { LogConfig } from "../log/console.ts";
import type { CommandForm } from "../line/options/row.ts";
import type { Priority } from "../../dimse/commands.ts";
import type { FindModel } from "../../find/models.ts";
import type { ConditionText } from "../../plan/condition_text.ts";
import type { ResultFormat } from "../../output/format_names.ts";
import type { TomlValue } from "./toml_text.ts";
import type { QueryLevel } from "../../identifier/levels.ts";
import type { TermSource } from "../../identifier/mistake.ts";
import type { InputKind } from "../../identifier/kinds.ts";

/** The requested action: a query and its relatives, or one of the texts that need no peer. */
export type RunConfig =
  | FindConfig
  | EchoConfig
  | ProbeConfig
  | ServeConfig
  | SavedConfig
  | TextConfig;

/** A text to print on stdout; nothing else happens. */
export interface TextConfig {
  readonly command:
    | "help"
    | "version"
    | "list-ciphers"
    | "list-profiles"
    | "list-faults"
    | "man"
    | "completions";
  readonly form: CommandForm;
  /** The long text instead of the short one (`--help` against `-h`). */
  readonly long: boolean;
  /** For `completions`: the shell's name as typed, or `words`. For `help`: the requested subcommand or topic. */
  readonly topic: string | undefined;
  /** For `completions words`: the kind of word, and its typed part. */
  readonly words?: readonly string[];
  /** For `completions`: they are to be installed where the shell finds them. */
  readonly install?: true;
}

/** Settings of every command that opens an association. */
export interface PeerConfig {
  readonly form: CommandForm;
  readonly target: PeerTarget;
  readonly callingAeTitle: string;
  readonly calledAeTitle: string;
  readonly timeouts: Timeouts;
  /** DCMTK's --socket-timeout in seconds, which is among `timeouts` too: 0 for ever, less to leave it to the system. */
  readonly socketTimeout: number;
  /** Largest PDU we announce to accept (PS3.8 Annex D.1), in bytes. */
  readonly maxPduLength: number;
  /** Most bytes of the identifier of a response; `undefined` for the usual limit. */
  readonly maxResponseSize: number | undefined;
  /** Most bytes of one input file or pipe. */
  readonly maxInputSize: number;
  /** Answer the end with A-ABORT instead of A-RELEASE-RQ. */
  readonly abort: boolean;
  readonly userIdentity: UserConfig | undefined;
  readonly record: RecordConfig | undefined;
  readonly log: LogConfig;
}

/** C-FIND. */
export interface FindConfig extends PeerConfig {
  readonly command: "find";
  /** The information model; one that has no name of its own is called by its UID. */
  readonly model: FindModel;
  readonly identifier: IdentifierConfig;
  /** Transfer syntaxes proposed for the one presentation context, in the order of preference. */
  readonly transferSyntaxes: readonly string[];
  /** zlib's 0..9, for the deflated transfer syntax. */
  readonly compressionLevel: number;
  /** Write the VRs that came after 1993 as OB. */
  readonly disableNewVr: boolean;
  readonly extendedNegotiation: ExtendedConfig;
  /** Priority (0000,0700): 0 medium, 1 high, 2 low. */
  readonly priority: Priority;
  /** How often each query is sent. */
  readonly repeat: number;
  /** dicom-findscu's limit of a write, in seconds, which has no effect here. */
  readonly writeTimeout: number | undefined;
  /** Send C-CANCEL-RQ after this many responses of the run, the final ones included, and read on. */
  readonly cancelAfter: number | undefined;
  /** Send C-CANCEL-RQ after this many matches and end there, with success. */
  readonly maxResults: number | undefined;
  /** Conditions on matches that are tested locally, all of which must hold. */
  readonly where: readonly ConditionText[];
  /** Match again locally, and leave out matches that do not fulfil the keys. */
  readonly enforce: boolean;
  /** Query once for each row of a list. */
  readonly list: ListConfig | undefined;
  readonly pace: PaceConfig;
  /** Divide queries that the peer does not answer in full. */
  readonly split: SplitConfig | undefined;
  /** All peers if there are several, this one first; else none. */
  readonly peers: readonly NamedPeer[];
  /** Entities that several peers have are shown once. */
  readonly unique: boolean;
  /** The matches of two peers are compared. */
  readonly compares: boolean;
  /** Follow matches down to this level. */
  readonly expand: QueryLevel | undefined;
  /** Count values that the peer leaves empty, by querying below. */
  readonly fillCounts: boolean;
  /** Remove padding and mend values as received. */
  readonly correction: boolean;
  readonly strict: boolean;
  readonly results: ResultsConfig;
}

/** One of several peers. */
export interface NamedPeer {
  /** As typed: the name of a saved connection, or an address. */
  readonly name: string;
  readonly peer: PeerConfig;
}

/** C-ECHO. */
export interface EchoConfig extends PeerConfig {
  readonly command: "echo";
  readonly repeat: number;
}

/** Finding out what a peer can do. */
export interface ProbeConfig extends PeerConfig {
  readonly command: "probe";
  /** Information models to look at; `undefined` for all. */
  readonly model: FindModel | undefined;
  /** Terms of `-q`, which name the entity to start with. */
  readonly keys: readonly KeyArgument[];
  /** Most C-FINDs. */
  readonly budget: number;
  /** Most C-FINDs a second; `undefined` for no limit. */
  readonly rate: number | undefined;
  /** Most associations at once. */
  readonly associations: number;
  /** Patient values are shown as they are. */
  readonly showPhi: boolean;
  readonly format: "text" | "json" | "html";
  /** File instead of stdout. */
  readonly outputFile: string | undefined;
  /** File for the page. */
  readonly html: string | undefined;
  readonly color: ResultsConfig["color"];
}

/** Saved connections: looked at, changed, tried. */
export interface SavedConfig {
  readonly command: "config";
  readonly form: CommandForm;
  /** The file they are in. */
  readonly path: string;
  /** Its current text; undefined if it does not exist. */
  readonly text: string | undefined;
  readonly action: SavedAction;
  readonly log: LogConfig;
}

/** The action on saved connections. */
export type SavedAction =
  | {
    readonly kind: "show";
    readonly peers: readonly {
      readonly name: string;
      readonly address: string;
      /** Its options as one would type them. */
      readonly words: readonly string[];
    }[];
  }
  | { readonly kind: "names"; readonly names: readonly string[] }
  | {
    readonly kind: "add";
    readonly name: string;
    readonly address: string;
    /** Keys and values of its table. */
    readonly values: ReadonlyMap<string, TomlValue>;
  }
  | { readonly kind: "remove"; readonly name: string }
  | { readonly kind: "check"; readonly peers: readonly CheckedPeer[] };

/** A saved peer that is to be tried. */
export interface CheckedPeer {
  readonly name: string;
  readonly config: EchoConfig;
}

/** The built-in archive as an SCP. */
export interface ServeConfig {
  readonly command: "serve";
  readonly form: CommandForm;
  /** The source of the data, in the form used after `mock:`. */
  readonly source: string;
  /** Local address to listen on. */
  readonly bind: string;
  /** TCP port, 0 for any free one. */
  readonly port: number;
  /** Our AE title; `undefined` answers to any. */
  readonly aeTitle: string | undefined;
  /** Calling AE titles that are let in; empty for all. */
  readonly allowedAeTitles: readonly string[];
  /** Most matches per query. */
  readonly limit: number;
  /** Wait before each answer, in ms. */
  readonly latency: number;
  /** Most associations at once. */
  readonly maxAssociations: number;
  /** How long a client may do nothing, in ms; `Infinity` for ever. */
  readonly idleTimeout: number;
  /** Person names match without regard to case and accents, whatever is negotiated. */
  readonly fuzzy: boolean;
  /** Answers are in the character set of the query if it carries them, not as stored. */
  readonly requestedCharset: boolean;
  /** Name of the fault. */
  readonly fault: string | undefined;
  /** TLS; `undefined` serves plain TCP. */
  readonly tls: TlsConfig | undefined;
  readonly maxPduLength: number;
  /** Most bytes of one input file or pipe. */
  readonly maxInputSize: number;
  readonly log: LogConfig;
}

/** User identity negotiation (PS3.7 D.3.3.7), types 1 and 2. */
export interface UserConfig {
  readonly user: string;
  readonly password: SecretSource;
}

/** Deadlines in milliseconds; `Infinity` for none. */
export interface Timeouts extends Omit<ClientTimeouts, "cancel"> {
  /** The whole run. */
  readonly total: number;
}

/** Requested sub-options of extended negotiation (PS3.4 C.5.1.1, K.5). */
export interface ExtendedConfig {
  readonly relational: boolean;
  readonly datetime: boolean;
  readonly fuzzy: boolean;
  readonly timezoneAdjust: boolean;
  readonly enhanced: boolean;
}

/** The sources of the identifier. Precedence: files < query text < keys, left to right. */
export interface IdentifierConfig {
  /** Query files in the order given, `-` for stdin; one C-FIND each. Empty: one query of keys alone. */
  readonly files: readonly string[];
  /** Kind that every query file is read as, whatever it looks like. */
  readonly queryKind: InputKind | undefined;
  /** Files with one query term per line. */
  readonly queryFiles: readonly string[];
  /** Terms of `-k` and `-q`, as typed, left to right. */
  readonly keys: readonly KeyArgument[];
  /**
   * `as-typed`: the UTF-8 bytes go out unchanged and SpecificCharacterSet is the user's affair; `fit`: the smallest set that
   * fits, always declared; a list: these defined terms.
   */
  readonly charset: "as-typed" | "fit" | readonly string[];
  /** No return keys are given: the usual ones are requested. */
  readonly usual: boolean;
  /** The level that was requested by name. */
  readonly level: QueryLevel | undefined;
  /** File to write the identifier to, instead of sending it. */
  readonly writeQuery: string | undefined;
}

/** One query term. */
export interface KeyArgument {
  readonly term: string;
  /** The place where it is saved with the connection; typed keys override it. */
  readonly source?: TermSource["file"];
}

/** A list whose rows are queried one by one. */
export interface ListConfig {
  /** Its file; `-` for standard input. */
  readonly file: string;
  /** The columns that were named after it. */
  readonly columns: readonly string[];
  readonly onlyFound: boolean;
  readonly eachWildcards: boolean;
  /** UIDs in one query. */
  readonly batch: number;
  /** Go on where an earlier run ended. */
  readonly resume: boolean;
  /** File for the rows that are not answered. */
  readonly todo: string | undefined;
}

/** How fast, and how persistently, a run queries. */
export interface PaceConfig {
  /** Most associations at once. */
  readonly associations: number;
  /** Most queries a second; `undefined` for no limit. */
  readonly rate: number | undefined;
  /** How often a query is repeated that failed for a reason that may pass. */
  readonly retries: number;
}

/** How queries are divided at the limit of a peer. */
export interface SplitConfig {
  /** Keyword of the date; the usual one of the level when undefined. */
  readonly splitBy: string | undefined;
  /** Most matches that the peer returns, if that is known. */
  readonly peerLimit: number | undefined;
}

/** The target of the matches. */
export interface ResultsConfig {
  /** `dcmtk` prints with the logger; all others are data for stdout or `file`. `undefined`: not printed at all. */
  readonly format: ResultFormat | undefined;
  /** File instead of stdout. */
  readonly outputFile: string | undefined;
  /** Values byte for byte as received, in the `dcmtk` format. */
  readonly rawText: boolean;
  /** Keyword paths of the columns, in order; `undefined` for the requested keys. */
  readonly columns: readonly string[] | undefined;
  /** Keyword paths to sort by, a leading `-` for descending. */
  readonly sort: readonly string[];
  readonly count: boolean;
  /** Show how many matches there are of each value of the columns. */
  readonly countBy: boolean;
  readonly wide: boolean;
  readonly color: "auto" | "always" | "never";
  readonly progress: "auto" | "always" | "never";
  /** Command of the pager for output longer than the screen; `undefined` for none. */
  readonly pager: string | undefined;
  readonly bom: boolean;
  readonly csvSafe: boolean;
  readonly dates: "stored" | "iso";
  readonly names: "string" | "object";
  /** Also show attributes that only serve the query. */
  readonly allAttributes: boolean;
  /** File for the HTML page. */
  readonly html: string | undefined;
  /** Character set terms to assume if a response declares none. */
  readonly assumeCharset: readonly string[];
  /** Declared term → label of the actual character set. */
  readonly charsetMap: ReadonlyMap<string, string>;
  readonly extract: ExtractConfig | undefined;
}

/** Files per response, or one for all (`-X`, `-Xx`, `-Xs`). */
export interface ExtractConfig {
  readonly kind: "dicom" | "xml" | "xml-single";
  readonly directory: string;
  /** The prefix of the names of files per response. */
  readonly stem: string;
  /** For `xml-single`: the file's name. */
  readonly file: string | undefined;
  /** Highest response number that is written. */
  readonly limit: number;
}

/** Recording of the traffic. */
export interface RecordConfig {
  readonly file: string;
  readonly anonymous: boolean;
}
