/** The heading of a probe's report, in any form. */

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
