/** A peer of a probe without any network: answers the probe's steps from an archive, with whatever a test wants to be different. */
import { FIND_MODELS } from "../../../src/find/models.ts";
import type { Dataset } from "../../../src/dataset/dataset.ts";
import type { AssociateAc } from "../../../src/pdu/types.ts";
import {
  probe,
  type ProbeResult,
  type ProbeSettings,
} from "../../../src/probe/probe.ts";
import type { Finding } from "../../../src/probe/report.ts";
import type {
  Answer,
  Came,
  Done,
  FindStep,
  Opened,
  OpenStep,
  ProbeStep,
} from "../../../src/probe/step.ts";
import { NO_FACTS } from "../../../src/probe/wire.ts";
import { Archive } from "../../../src/scp/archive/archive.ts";
import { demoArchive } from "../../../src/scp/archive/demo.ts";
import {
  MadeEntities,
  MadeEntity,
} from "../../../src/scp/archive/made_entities.ts";
import { answerQuery } from "../../../src/scp/archive/query.ts";

/** What is different about a peer; absent parts are as they should be. */
export interface Peculiarities {
  readonly open?: (step: OpenStep) => Partial<Opened> | undefined;
  /** The identifier that is answered instead of the one received. */
  readonly hears?: (identifier: Dataset) => Dataset;
  readonly find?: (step: FindStep, answer: Answer) => Partial<Answer>;
  /** Models that are not accepted. */
  readonly refuses?: (uid: string) => boolean;
  readonly relational?: boolean;
  /** Names match without regard to case and accents. */
  readonly fuzzy?: boolean;
  /** What differs from the usual outcome of an echo or a release. */
  readonly done?: (step: ProbeStep) => Partial<Done>;
}

/** A few patients of the demonstration archive, of different character sets, and its worklist. */
export function smallArchive(): Archive {
  const demo = demoArchive();
  const patients = demo.patients.filter((_, at) => at % 11 === 1)
    .filter((one) => one instanceof MadeEntity);
  return new Archive(new MadeEntities(patients), () => demo.worklist);
}

/** Settings of a probe that is not limited. */
export const SETTINGS: ProbeSettings = {
  models: FIND_MODELS.filter(({ name }) => name === "study"),
  budget: 1000,
  rate: undefined,
  associations: 2,
  showPhi: true,
  start: undefined,
  hasUser: false,
  days: { today: "20260101", weekAgo: "20251225" },
};

/** What was asked of the peer, and the result. */
export interface Probed extends ProbeResult {
  readonly steps: readonly ProbeStep[];
  /** The one finding with this id, of this level if given. */
  readonly finding: (id: string, level?: string) => Finding;
}

/** Probes an archive. */
export function probed(
  archive: Archive,
  peculiarities: Peculiarities = {},
  settings: Partial<ProbeSettings> = {},
): Probed {
  const steps: ProbeStep[] = [];
  const probing = probe({ ...SETTINGS, ...settings });
  let next = probing.next();
  while (!next.done) {
    steps.push(next.value);
    next = probing.next(react(next.value, archive, peculiarities));
  }
  const result = next.value;
  return {
    ...result,
    steps,
    finding(id, level) {
      const found = result.report.findings.filter((one) =>
        one.id === id && (level === undefined || one.level === level)
      );
      if (found.length !== 1) {
        throw new Error(`${found.length} findings with the id ${id}`);
      }
      return found[0]!;
    },
  };
}

function react(step: ProbeStep, archive: Archive, odd: Peculiarities): Came {
  switch (step.kind) {
    case "open":
      return { ...opened(step, odd), ...odd.open?.(step) };
    case "echo":
    case "close":
      return {
        kind: "done",
        time: 1,
        warnings: [],
        error: undefined,
        wire: NO_FACTS,
        ...odd.done?.(step),
      };
    case "find": {
      const usual = found(step, archive, odd);
      return { ...usual, ...odd.find?.(step, usual) };
    }
  }
}

function opened(step: OpenStep, { refuses }: Peculiarities): Opened {
  const contexts = step.contexts.map((context, at) => {
    const result = refuses?.(context.abstractSyntax) ? 3 : 0;
    return {
      id: 2 * at + 1,
      result,
      abstractSyntax: context.abstractSyntax,
      transferSyntax: result === 0 ? context.transferSyntaxes[0] : undefined,
    };
  });
  const accept: AssociateAc = {
    type: "associate-ac",
    protocolVersion: 1,
    calledAeTitle: "TEST",
    callingAeTitle: "TEST",
    applicationContext: "",
    contexts: contexts.map(({ id, result, transferSyntax }) => ({
      id,
      result,
      transferSyntax,
    })),
    userInformation: {
      maxPduLength: 16384,
      implementationClassUid: "1.2.276.0.7230010.3.0.3.6.7",
      implementationVersionName: "OFFIS_DCMTK_367",
      extended: (step.extended ?? []).map((one) => ({
        ...one,
        information: new Uint8Array([1, 1, 0]),
      })),
    },
    unknownItems: [],
  };
  return {
    kind: "opened",
    connectTime: 1,
    associateTime: 2,
    security: [],
    accept,
    contexts,
    warnings: [],
    error: undefined,
  };
}

function found(
  step: FindStep,
  archive: Archive,
  { hears, relational = false, fuzzy = false }: Peculiarities,
): Answer {
  const identifier = hears?.(step.identifier.clone()) ?? step.identifier;
  const matches: Dataset[] = [];
  const pending = new Map<number, number>();
  const base: Answer = {
    kind: "answer",
    matches,
    pendingCounts: pending,
    status: 0,
    comment: undefined,
    offending: [],
    firstTime: 1,
    time: 10,
    afterCancel: undefined,
    cancelTime: undefined,
    warnings: [],
    losses: [],
    wire: NO_FACTS,
    error: undefined,
  };
  const query = { model: step.model, identifier, relational, fuzzy };
  for (const one of answerQuery(archive, query)) {
    if (one.dataset === undefined) {
      return {
        ...base,
        status: one.status,
        comment: one.errorComment,
        offending: one.offendingElements ?? [],
      };
    }
    matches.push(one.dataset);
    pending.set(one.status, (pending.get(one.status) ?? 0) + 1);
    if (matches.length === step.cancelAfter) {
      return { ...base, status: 0xfe00, afterCancel: 0, cancelTime: 1 };
    }
  }
  return base;
}
