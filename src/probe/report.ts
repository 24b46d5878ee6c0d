/** The report of a probe as data: findings, each with its evidence, and the exchanges that are the evidence. Types only. */

/** The verdict of a finding: it works, in part, not at all, could not be found out, or a plain fact. */
export type FindingOutcome = "works" | "partly" | "fails" | "unknown" | "fact";

/** The parts of a report, in order. */
export type SectionId = "association" | "query" | "limits";

/** One line of the report. */
export interface Finding {
  readonly section: SectionId;
  /** Stable name, such as `match.PatientName`. */
  readonly id: string;
  /** Name of the information model, if it is about one. */
  readonly model?: string;
  /** Query/Retrieve Level, if it is about one. */
  readonly level?: string;
  readonly title: string;
  readonly outcome: FindingOutcome;
  /** The finding, or why there is none: a phrase. */
  readonly text: string;
  /** findscu options that help, with their effect. */
  readonly advice: readonly Advice[];
  /** Numbers of the exchanges that show it. */
  readonly evidence: readonly number[];
}

/** An option that helps. */
export interface Advice {
  readonly option: string;
  readonly why: string;
}

/** A key as it was sent or came: path, and the value as shown. */
export type ShownKeys = Readonly<Record<string, string>>;

/** One exchange with the peer. Times in milliseconds. */
export interface Exchange {
  readonly number: number;
  readonly kind: "associate" | "echo" | "find" | "release";
  readonly purpose: string;
  /** The query sent, one phrase per part. */
  readonly sent: ShownKeys;
  /** The answer, in words. */
  readonly came: string;
  /** Milliseconds from the request to the end of the answer. */
  readonly time: number;
  /** Of a query. */
  readonly model?: string;
  readonly matches?: number;
  readonly status?: string;
  readonly firstTime?: number;
  readonly comment?: string;
  readonly offendingElements?: readonly string[];
  readonly afterCancel?: number;
  /** The first matches. */
  readonly samples?: readonly ShownKeys[];
  readonly warnings: readonly string[];
}

/** A row of the verdict. */
export interface VerdictRow {
  readonly scope: string;
  readonly what: string;
  readonly why: string;
  readonly options: readonly string[];
  readonly evidence: readonly number[];
}

/** The features that can be relied on, and those that cannot. */
export interface Verdict {
  readonly rely: readonly VerdictRow[];
  readonly doNotRely: readonly VerdictRow[];
  readonly unknown: readonly VerdictRow[];
}

/** Everything. */
export interface ProbeReport {
  /** The announcement, sentences. */
  readonly plan: readonly string[];
  readonly findings: readonly Finding[];
  readonly verdict: Verdict;
  readonly exchanges: readonly Exchange[];
  /** Number of C-FINDs that were sent. */
  readonly queries: number;
  /** Why the report is incomplete; undefined if every question that the budget allowed was sent. */
  readonly incomplete: string | undefined;
}

/** Facts about the run. */
export interface ReportHeading {
  /** The peer as the user named it. */
  readonly peer: string;
  readonly callingAeTitle: string;
  readonly calledAeTitle: string;
  /** When it began, ISO 8601 in UTC. */
  readonly time: string;
  /** How long it took, in milliseconds. */
  readonly elapsed: number;
  /** Version of findscu. */
  readonly version: string;
  readonly budget: number;
  /** Whether patient values are masked. */
  readonly isMasked: boolean;
}

/** One line about it. */
export function headingLine(heading: ReportHeading): string {
  const { peer, callingAeTitle, calledAeTitle, time, version } = heading;
  return `${peer} (${callingAeTitle} to ${calledAeTitle}), ${time}, findscu ${version}`;
}
