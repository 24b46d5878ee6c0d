/** The request of an SCU that is on its way, and the responses that it waits for. */
import { C_ECHO_RSP, C_FIND_RSP } from "../dimse/commands.ts";
import { REPOSITORY_QUERY } from "./models.ts";

/** A request that is on its way. */
export interface Outstanding {
  readonly messageId: number;
  readonly kind: "find" | "echo";
  readonly abstractSyntax: string;
  responses: number;
  cancelled: boolean;
  /** The match that C-CANCEL-RQ answers. */
  readonly cancelAfter: number | undefined;
}

/** Command fields of the responses that are waited for. */
export const RESPONSES = { find: C_FIND_RSP, echo: C_ECHO_RSP } as const;

/** Whether a status says that a repository query continues after this match (PS3.4 C.4.1.1.4). */
export function isRepositoryMatch(
  { abstractSyntax }: Outstanding,
  status: number,
): boolean {
  return status === 0xb001 && abstractSyntax === REPOSITORY_QUERY;
}
