/**
 * The proposals that a peer accepts: contexts of every model in every transfer syntax, each in a context of its own, maximum PDU,
 * titles, user identity, extended negotiation, several associations (PS3.8, PS3.7 D.3, PS3.4 C.5.1).
 */
import type {
  ContextProposal,
  NegotiatedContext,
} from "../association/events.ts";
import {
  DEFLATED_LE,
  EXPLICIT_BE,
  EXPLICIT_LE,
  IMPLICIT_LE,
  type TransferSyntax,
} from "../codec/transfer_syntax.ts";
import type { FindscuError } from "../errors.ts";
import { type FindModel, VERIFICATION } from "../find/models.ts";
import { explainContextResult } from "../pdu/reasons.ts";
import {
  conclude,
  type Conclusion,
  findingOf,
  guarded,
  type Topic,
} from "./check.ts";
import { extendedFindings, extendedProposal } from "./extended.ts";
import { CannotAsk, type Inquiry } from "./inquiry.ts";
import { productOf } from "./products.ts";
import type { Finding } from "./report.ts";
import type { Done, Opened, Probing } from "./step.ts";

/** The input of the section. */
export interface AssociationSettings {
  /** Models to propose. */
  readonly models: readonly FindModel[];
  /** Most associations at once. */
  readonly associations: number;
  /** Whether the run proposes a user of its own. */
  readonly hasUser: boolean;
}

/** The outcome of the section. */
export interface AssociationOutcome {
  readonly findings: readonly Finding[];
  /** Models that the peer accepts in a transfer syntax of ours. */
  readonly models: readonly FindModel[];
  /** Sub-options that the peer agreed to, as bytes by SOP class. */
  readonly extensions: ReadonlyMap<string, Uint8Array>;
  /** Why there is no association at all. */
  readonly error: FindscuError | undefined;
}

const SYNTAXES: readonly TransferSyntax[] = [
  IMPLICIT_LE,
  EXPLICIT_LE,
  EXPLICIT_BE,
  DEFLATED_LE,
];

/** Slots of this section: the first association, and others after it. */
const FIRST = 1;
const OTHER = 2;

/** A title and a user that do not exist anywhere. */
const NOBODY = "FINDSCU-NOBODY";

type OpenedHere = Opened & { readonly number: number };

function topic(id: string, title: string): Topic {
  return { section: "association", id, title };
}

/** Runs the section. */
export function* probeAssociation(
  inquiry: Inquiry,
  settings: AssociationSettings,
): Probing<AssociationOutcome> {
  const findings: Finding[] = [];
  const contexts = proposals(settings.models);
  const association = yield* inquiry.open({
    slot: FIRST,
    purpose: "Associate with each transfer syntax in a context of its own",
    contexts,
  });
  findings.push(...connectionFindings(association));
  const none = { models: [], extensions: new Map<string, Uint8Array>() };
  if (association.error !== undefined) {
    return { findings, ...none, error: association.error };
  }
  findings.push(...identityFindings(association));
  const acceptedModels = settings.models.filter(({ uid }) =>
    association.contexts.some((context) =>
      context.abstractSyntax === uid && context.result === 0 &&
      context.transferSyntax !== undefined
    )
  );
  findings.push(...contextFindings(association, settings.models));
  findings.push(
    yield* guarded(
      topic("echo", "C-ECHO"),
      () => echoed(inquiry, association),
    ),
  );
  findings.push(
    yield* guarded(
      topic("release", "Release"),
      () => released(inquiry),
    ),
  );
  const extensions = new Map<string, Uint8Array>();
  if (acceptedModels.length > 0) {
    try {
      const { findings: more, answers } = yield* probeExtended(
        inquiry,
        acceptedModels,
      );
      findings.push(...more);
      for (const [uid, bytes] of answers) extensions.set(uid, bytes);
    } catch (error) {
      if (!(error instanceof CannotAsk)) throw error;
    }
  }
  const some = acceptedModels.length > 0
    ? acceptedModels.slice(0, 1).map(({ uid }) => ({
      abstractSyntax: uid,
      transferSyntaxes: [IMPLICIT_LE.uid, EXPLICIT_LE.uid],
    }))
    : contexts.slice(-1);
  for (const [about, run] of manners(inquiry, settings, some)) {
    findings.push(yield* guarded(about, run));
  }
  return { findings, models: acceptedModels, extensions, error: undefined };
}

function proposals(models: readonly FindModel[]): ContextProposal[] {
  return [
    ...models.flatMap(({ uid }) =>
      SYNTAXES.map((syntax) => ({
        abstractSyntax: uid,
        transferSyntaxes: [syntax.uid],
      }))
    ),
    { abstractSyntax: VERIFICATION, transferSyntaxes: [IMPLICIT_LE.uid] },
  ];
}

function milliseconds(time: number): string {
  return time < 10 ? `${time.toFixed(1)} ms` : `${Math.round(time)} ms`;
}

function connectionFindings(association: OpenedHere): Finding[] {
  const { connectTime, associateTime, error, security } = association;
  const findings: Finding[] = [];
  if (connectTime !== undefined) {
    const text = [`after ${milliseconds(connectTime)}`, ...security].join("; ");
    findings.push(
      findingOf(
        topic("connect", "Connection"),
        conclude("works", text, [association]),
      ),
    );
  }
  if (error === undefined) {
    const text = `accepted after ${milliseconds(associateTime ?? 0)}`;
    findings.push(
      findingOf(
        topic("associate", "Association"),
        conclude("works", text, [association]),
      ),
    );
  } else {
    const hint = error.hint === undefined ? "" : `. ${error.hint}`;
    findings.push(
      findingOf(
        topic("associate", "Association"),
        conclude("fails", `${error.message}${hint}`, [association]),
      ),
    );
  }
  return findings;
}

function identityFindings(association: OpenedHere): Finding[] {
  const { maxPduLength, implementationClassUid = "", ...information } =
    association.accept!.userInformation;
  const version = information.implementationVersionName;
  const product = productOf(implementationClassUid, version);
  const announced = [
    implementationClassUid || "no implementation class UID",
    version === undefined ? "no version name" : `"${version}"`,
  ].join(", ");
  const productText = product === undefined
    ? "a product that findscu does not know"
    : `${product.name} (known from: ${product.source})`;
  const limit = maxPduLength === undefined
    ? "not announced, so any length"
    : maxPduLength === 0
    ? "0, so any length"
    : `${maxPduLength} bytes`;
  return [
    findingOf(
      topic("implementation", "Implementation"),
      conclude("fact", `${announced}: ${productText}`, [association]),
    ),
    findingOf(
      topic("max-pdu", "Longest PDU it accepts"),
      conclude("fact", limit, [association]),
    ),
  ];
}

/** One finding per model, with the result of each syntax. */
function contextFindings(
  association: OpenedHere,
  models: readonly FindModel[],
): Finding[] {
  return models.map((model) => {
    const contexts = association.contexts
      .filter(({ abstractSyntax }) => abstractSyntax === model.uid);
    const { text, acceptedSyntaxes } = syntaxesText(contexts);
    const about = {
      ...topic(`context.${model.name}`, `Accepts ${model.title}`),
      model: model.name,
    };
    if (acceptedSyntaxes.length === 0) {
      return findingOf(about, conclude("fails", text, [association]));
    }
    const takesImplicit = acceptedSyntaxes.includes(IMPLICIT_LE);
    const isPart = !takesImplicit || !acceptedSyntaxes.includes(EXPLICIT_LE);
    return findingOf(
      about,
      isPart && takesImplicit
        ? conclude("works", text, [association], [
          "-xi",
          "propose implicit VR little endian alone, if the choice matters",
        ])
        : conclude(isPart ? "partly" : "works", text, [association]),
    );
  });
}

function syntaxesText(contexts: readonly NegotiatedContext[]) {
  const acceptedSyntaxes: TransferSyntax[] = [];
  const refusals = new Map<string, string[]>();
  SYNTAXES.forEach((syntax, at) => {
    const context = contexts[at];
    if (context === undefined) return;
    if (context.result === 0) acceptedSyntaxes.push(syntax);
    else {
      const why = explainContextResult(context.result).text;
      refusals.set(why, [...refusals.get(why) ?? [], syntax.name]);
    }
  });
  const names = acceptedSyntaxes.map(({ name }) => name).join(", ");
  const others = [...refusals].map(([why, syntaxes]) =>
    syntaxes.length === SYNTAXES.length
      ? `refused: ${why}`
      : `refused ${syntaxes.join(", ")}: ${why}`
  );
  const text = [...(names === "" ? [] : [`in ${names}`]), ...others]
    .join("; ");
  return { acceptedSyntaxes, text };
}

function* echoed(
  inquiry: Inquiry,
  association: OpenedHere,
): Probing<Conclusion> {
  const context = association.contexts.find(({ abstractSyntax }) =>
    abstractSyntax === VERIFICATION
  );
  if (context?.result !== 0) {
    const why = context === undefined
      ? "not answered"
      : explainContextResult(context.result).text;
    return conclude("fails", `Verification is not accepted: ${why}`, [
      association,
    ]);
  }
  const answer = yield* inquiry.echo(FIRST, "Echo");
  return answer.error === undefined
    ? conclude("works", `answered after ${milliseconds(answer.time)}`, [answer])
    : conclude("fails", answer.error.message, [answer]);
}

function* released(inquiry: Inquiry): Probing<Conclusion> {
  return releaseConclusion(yield* inquiry.close(FIRST));
}

/** How a peer reacted to the release of an association. */
export function releaseConclusion(
  answer: Done & { readonly number: number },
): Conclusion {
  const { releaseRequests, dataPdus } = answer.wire;
  const odd = answer.error?.message ?? answer.warnings[0] ??
    (releaseRequests > 0
      ? "the peer requests the release at the same time: a collision"
      : dataPdus > 0
      ? "the peer sends data before it answers the release"
      : undefined);
  return odd === undefined
    ? conclude("works", `answered after ${milliseconds(answer.time)}`, [answer])
    : conclude("fails", odd, [answer]);
}

function* probeExtended(inquiry: Inquiry, models: readonly FindModel[]) {
  const association = yield* inquiry.open({
    slot: OTHER,
    purpose: "Associate, requesting every sub-option of extended negotiation",
    contexts: models.map(({ uid }) => ({
      abstractSyntax: uid,
      transferSyntaxes: [IMPLICIT_LE.uid, EXPLICIT_LE.uid],
    })),
    extended: models.flatMap((model) => extendedProposal(model) ?? []),
  });
  yield* closeIfOpen(inquiry, association);
  return extendedFindings(association, models);
}

function* closeIfOpen(
  inquiry: Inquiry,
  association: OpenedHere,
): Probing<void> {
  if (association.error === undefined) yield* inquiry.close(OTHER);
}

/** Titles, user, and several associations. */
function manners(
  inquiry: Inquiry,
  { associations, hasUser }: AssociationSettings,
  contexts: readonly ContextProposal[],
): (readonly [Topic, () => Probing<Conclusion>])[] {
  const title = (
    id: string,
    what: string,
    option: string,
    changed: { callingAeTitle?: string; calledAeTitle?: string },
  ) =>
    [
      topic(id, `${what} AE title`),
      function* (): Probing<Conclusion> {
        const association = yield* inquiry.open({
          slot: OTHER,
          purpose: `Associate with the ${what.toLowerCase()} title ${NOBODY}`,
          contexts,
          ...changed,
        });
        yield* closeIfOpen(inquiry, association);
        return association.error === undefined
          ? conclude("fact", `not checked: it also accepts ${NOBODY}`, [
            association,
          ])
          : conclude(
            "fact",
            `checked: with ${NOBODY} ${lowerFirst(association.error.message)}`,
            [association],
            [option, "the title must be one that the peer knows"],
          );
      },
    ] as const;
  return [
    title("calling-title", "Calling", "-aet", { callingAeTitle: NOBODY }),
    title("called-title", "Called", "-aec", { calledAeTitle: NOBODY }),
    [
      topic("user", "User identity"),
      () => userChecked(inquiry, contexts, hasUser),
    ],
    [
      topic("several", "Several associations at once"),
      () => several(inquiry, contexts, associations),
    ],
  ];
}

function* userChecked(
  inquiry: Inquiry,
  contexts: readonly ContextProposal[],
  hasUser: boolean,
): Probing<Conclusion> {
  const association = yield* inquiry.open({
    slot: OTHER,
    purpose: "Associate with a user identity",
    contexts,
    ...(!hasUser && { userName: NOBODY }),
  });
  yield* closeIfOpen(inquiry, association);
  const who = hasUser ? "the user given" : `the unknown user ${NOBODY}`;
  if (association.error !== undefined) {
    return conclude(
      "fact",
      `checked: with ${who} ${lowerFirst(association.error.message)}`,
      [association],
      ["--user", "the user must be one that the peer knows"],
    );
  }
  const response = association.accept?.userInformation.userIdentityResponse;
  return conclude(
    "fact",
    response === undefined
      ? `${who} is accepted without a response: most likely not checked`
      : `${who} is accepted, with a response of ${response.length} bytes`,
    [association],
  );
}

function* several(
  inquiry: Inquiry,
  contexts: readonly ContextProposal[],
  most: number,
): Probing<Conclusion> {
  const associations: OpenedHere[] = [];
  let failure: OpenedHere | undefined;
  while (associations.length < most && failure === undefined) {
    const next = yield* inquiry.open({
      slot: OTHER + associations.length,
      purpose: `Associate ${associations.length + 1} at once`,
      contexts,
    });
    if (next.error === undefined) associations.push(next);
    else failure = next;
  }
  for (const at of associations.keys()) yield* inquiry.close(OTHER + at);
  if (failure === undefined) {
    return conclude(
      "works",
      `${most} at once, more were not tried`,
      associations,
    );
  }
  return conclude(
    associations.length > 1 ? "partly" : "fails",
    `${associations.length} at once; the next: ${failure.error!.message}`,
    [...associations, failure],
  );
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
