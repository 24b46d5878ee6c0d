/**
 * The upper layer's state machine as data: PS3.8 Table 9-10 (13 states, 19 events, 28 actions), with the standard's
 * labels. The effect of each action and the state that follows are defined in `actions.ts`.
 */

/** The states in the order of the table's columns (PS3.8 Tables 9-1 to 9-5). */
export const STATES = [
  "Sta1",
  "Sta2",
  "Sta3",
  "Sta4",
  "Sta5",
  "Sta6",
  "Sta7",
  "Sta8",
  "Sta9",
  "Sta10",
  "Sta11",
  "Sta12",
  "Sta13",
] as const;

/** A state's label. */
export type State = typeof STATES[number];

/** The event that each state waits for, for messages. */
export const STATE_TEXT: Readonly<Record<State, string>> = {
  Sta1: "idle, no association",
  Sta2: "transport open, waiting for A-ASSOCIATE-RQ",
  Sta3: "waiting for the local answer to A-ASSOCIATE-RQ",
  Sta4: "waiting for the transport to open",
  Sta5: "waiting for A-ASSOCIATE-AC or A-ASSOCIATE-RJ",
  Sta6: "association established",
  Sta7: "waiting for A-RELEASE-RP",
  Sta8: "waiting for the local answer to A-RELEASE-RQ",
  Sta9: "release collision, requestor, waiting for the local answer",
  Sta10: "release collision, acceptor, waiting for A-RELEASE-RP",
  Sta11: "release collision, requestor, waiting for A-RELEASE-RP",
  Sta12: "release collision, acceptor, waiting for the local answer",
  Sta13: "waiting for the transport to close",
};

/** An event's label (PS3.8 Table 9-10, first column). */
export type EventName =
  | "Evt1" // A-ASSOCIATE request (local user)
  | "Evt2" // Transport connection confirmed
  | "Evt3" // A-ASSOCIATE-AC received
  | "Evt4" // A-ASSOCIATE-RJ received
  | "Evt5" // Transport connection indicated
  | "Evt6" // A-ASSOCIATE-RQ received
  | "Evt7" // A-ASSOCIATE response, accept (local user)
  | "Evt8" // A-ASSOCIATE response, reject (local user)
  | "Evt9" // P-DATA request (local user)
  | "Evt10" // P-DATA-TF received
  | "Evt11" // A-RELEASE request (local user)
  | "Evt12" // A-RELEASE-RQ received
  | "Evt13" // A-RELEASE-RP received
  | "Evt14" // A-RELEASE response (local user)
  | "Evt15" // A-ABORT request (local user)
  | "Evt16" // A-ABORT received
  | "Evt17" // Transport connection closed
  | "Evt18" // ARTIM timer expired
  | "Evt19"; // Unrecognized or invalid PDU received

/** An action's label (PS3.8 Tables 9-6 to 9-9). */
export type ActionName =
  | "AE-1"
  | "AE-2"
  | "AE-3"
  | "AE-4"
  | "AE-5"
  | "AE-6"
  | "AE-7"
  | "AE-8"
  | "DT-1"
  | "DT-2"
  | "AR-1"
  | "AR-2"
  | "AR-3"
  | "AR-4"
  | "AR-5"
  | "AR-6"
  | "AR-7"
  | "AR-8"
  | "AR-9"
  | "AR-10"
  | "AA-1"
  | "AA-2"
  | "AA-3"
  | "AA-4"
  | "AA-5"
  | "AA-6"
  | "AA-7"
  | "AA-8";

type Cell = ActionName | undefined;

const ____ = undefined;

// deno-fmt-ignore
/** PS3.8 Table 9-10; an empty cell is an event that cannot occur, or must not be caused, in that state. */
export const TABLE: Readonly<Record<EventName, readonly Cell[]>> = {
  //       Sta1    Sta2    Sta3    Sta4    Sta5    Sta6    Sta7    Sta8    Sta9    Sta10    Sta11   Sta12   Sta13
  Evt1:  ["AE-1", ____,   ____,   ____,   ____,   ____,   ____,   ____,   ____,   ____,    ____,   ____,   ____],
  Evt2:  [____,   ____,   ____,   "AE-2", ____,   ____,   ____,   ____,   ____,   ____,    ____,   ____,   ____],
  Evt3:  [____,   "AA-1", "AA-8", ____,   "AE-3", "AA-8", "AA-8", "AA-8", "AA-8", "AA-8",  "AA-8", "AA-8", "AA-6"],
  Evt4:  [____,   "AA-1", "AA-8", ____,   "AE-4", "AA-8", "AA-8", "AA-8", "AA-8", "AA-8",  "AA-8", "AA-8", "AA-6"],
  Evt5:  ["AE-5", ____,   ____,   ____,   ____,   ____,   ____,   ____,   ____,   ____,    ____,   ____,   ____],
  Evt6:  [____,   "AE-6", "AA-8", ____,   "AA-8", "AA-8", "AA-8", "AA-8", "AA-8", "AA-8",  "AA-8", "AA-8", "AA-7"],
  Evt7:  [____,   ____,   "AE-7", ____,   ____,   ____,   ____,   ____,   ____,   ____,    ____,   ____,   ____],
  Evt8:  [____,   ____,   "AE-8", ____,   ____,   ____,   ____,   ____,   ____,   ____,    ____,   ____,   ____],
  Evt9:  [____,   ____,   ____,   ____,   ____,   "DT-1", ____,   "AR-7", ____,   ____,    ____,   ____,   ____],
  Evt10: [____,   "AA-1", "AA-8", ____,   "AA-8", "DT-2", "AR-6", "AA-8", "AA-8", "AA-8",  "AA-8", "AA-8", "AA-6"],
  Evt11: [____,   ____,   ____,   ____,   ____,   "AR-1", ____,   ____,   ____,   ____,    ____,   ____,   ____],
  Evt12: [____,   "AA-1", "AA-8", ____,   "AA-8", "AR-2", "AR-8", "AA-8", "AA-8", "AA-8",  "AA-8", "AA-8", "AA-6"],
  Evt13: [____,   "AA-1", "AA-8", ____,   "AA-8", "AA-8", "AR-3", "AA-8", "AA-8", "AR-10", "AR-3", "AA-8", "AA-6"],
  Evt14: [____,   ____,   ____,   ____,   ____,   ____,   ____,   "AR-4", "AR-9", ____,    ____,   "AR-4", ____],
  Evt15: [____,   ____,   "AA-1", "AA-2", "AA-1", "AA-1", "AA-1", "AA-1", "AA-1", "AA-1",  "AA-1", "AA-1", ____],
  Evt16: [____,   "AA-2", "AA-3", ____,   "AA-3", "AA-3", "AA-3", "AA-3", "AA-3", "AA-3",  "AA-3", "AA-3", "AA-2"],
  Evt17: [____,   "AA-5", "AA-4", "AA-4", "AA-4", "AA-4", "AA-4", "AA-4", "AA-4", "AA-4",  "AA-4", "AA-4", "AR-5"],
  Evt18: [____,   "AA-2", ____,   ____,   ____,   ____,   ____,   ____,   ____,   ____,    ____,   ____,   "AA-2"],
  Evt19: [____,   "AA-1", "AA-8", ____,   "AA-8", "AA-8", "AA-8", "AA-8", "AA-8", "AA-8",  "AA-8", "AA-8", "AA-7"],
};

/** The action for an event in a state; undefined for an empty cell. */
export function actionFor(
  state: State,
  event: EventName,
): ActionName | undefined {
  return TABLE[event][STATES.indexOf(state)];
}
