/**
 * The library's way to a C-FIND or C-ECHO SCP: opens associations, and runs a single echo from beginning to end. Everything that
 * goes wrong is an error of `errors.ts`. Does not depend on the command line or files.
 */
import type {
  AssociateRequest,
  ContextProposal,
} from "../association/events.ts";
import { EXPLICIT_LE, IMPLICIT_LE } from "../codec/transfer_syntax.ts";
import { MAX_MESSAGE_LENGTH } from "../dimse/assembler.ts";
import { UsageError } from "../errors.ts";
import { FIND_MODELS, VERIFICATION } from "../find/models.ts";
import { FindScu } from "../find/scu.ts";
import type { ScuEvent } from "../find/scu_events.ts";
import { ClientAssociation } from "./client_association.ts";
import { Driver, systemClock } from "../driver/drive.ts";
import { openTransport } from "./open_transport.ts";
import {
  type ConnectOptions,
  DEFAULT_MAX_PDU_LENGTH,
  DEFAULT_TIMEOUTS,
} from "./settings.ts";

export {
  IMPLEMENTATION_CLASS_UID,
  IMPLEMENTATION_VERSION_NAME,
} from "../association/negotiation.ts";
export { ClientAssociation } from "./client_association.ts";
export {
  FindOperation,
  type FindOptions,
  type FindResult,
  Match,
} from "./operation.ts";
export {
  type ClientTimeouts,
  type ConnectOptions,
  DEFAULT_MAX_PDU_LENGTH,
  DEFAULT_TIMEOUTS,
} from "./settings.ts";

/** How long the peer may need to close the connection at the end, in milliseconds (ARTIM, PS3.8 9.1.5). */
const ARTIM_TIMEOUT = 5_000;

/** Opens an association. Rejects with the errors of `errors.ts`: connect, tls, rejected, no-context, aborted, closed, timeout. */
export async function connect(
  options: ConnectOptions,
): Promise<ClientAssociation> {
  const timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
  checkLimits({ ...timeouts, maxResponseSize: options.maxResponseSize });
  const clock = options.clock ?? systemClock;
  const scu = new FindScu({
    maxPduLength: options.maxPduLength ?? DEFAULT_MAX_PDU_LENGTH,
    maxMessageLength: options.maxResponseSize ?? MAX_MESSAGE_LENGTH,
    acseTimeout: timeouts.association,
    releaseTimeout: timeouts.release,
    artimTimeout: ARTIM_TIMEOUT,
    firstResponseTimeout: timeouts.firstResponse,
    responseTimeout: timeouts.response,
  });
  const request: AssociateRequest = {
    callingAeTitle: options.callingAeTitle ?? "FIND-SCU",
    calledAeTitle: options.calledAeTitle ?? "ANY-SCP",
    contexts: options.contexts ?? DEFAULT_CONTEXTS,
    ...(options.extended && { extended: options.extended }),
    ...(options.userIdentity && { userIdentity: options.userIdentity }),
  };
  scu.request(request);
  const transport = await openTransport(options, timeouts.connect, clock);
  const driver = new Driver<ScuEvent>(scu, transport, clock, options.trace);
  return await ClientAssociation.open({
    scu,
    driver,
    transport: transport.info,
    request,
    timeouts,
    options,
  });
}

/** Numbers that compare with nothing, or that nothing can be below, would make limits that never apply or always do. */
function checkLimits(limits: Readonly<Record<string, number | undefined>>) {
  for (const [name, value] of Object.entries(limits)) {
    if (value === undefined || value >= 0) continue;
    throw new UsageError(`Invalid limit "${name}": ${value}`, {
      hint: "Give a number from 0, or Infinity for no limit",
    });
  }
}

const DEFAULT_CONTEXTS: readonly ContextProposal[] = [
  {
    abstractSyntax: FIND_MODELS.find((model) => model.name === "study")!.uid,
    transferSyntaxes: [EXPLICIT_LE.uid, IMPLICIT_LE.uid],
  },
  {
    abstractSyntax: VERIFICATION,
    transferSyntaxes: [IMPLICIT_LE.uid],
  },
];

/** An association for one C-ECHO. */
export async function echo(options: ConnectOptions): Promise<void> {
  const association = await connect({
    contexts: [{
      abstractSyntax: VERIFICATION,
      transferSyntaxes: [IMPLICIT_LE.uid],
    }],
    ...options,
  });
  try {
    await association.echo();
    await association.release();
  } finally {
    await association.abort();
  }
}
