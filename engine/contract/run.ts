/** What skins see of a run: a row in the list, the live picture, the printed result. */
import type { EdgeKind } from "./definition.ts";
import type { ErrorShape } from "./errors.ts";
import type {
  ChildStep,
  EscalationLevel,
  EscalationReason,
  Failure,
  HumanTaskCard,
  NodeStatus,
  ParentOfRun,
  RunStatus,
  Usage,
} from "./events.ts";
import type { Json } from "./json.ts";

export type Cost = { readonly usd: number; readonly tokens: number };

export type RunSummary = {
  readonly id: string;
  readonly pipeline: string;
  readonly status: RunStatus;
  /** True when any model call of the run goes to the simulated provider. */
  readonly simulated: boolean;
  readonly file?: string | undefined;
  readonly startedAt: number;
  readonly endedAt?: number | undefined;
  readonly cost: Cost;
  readonly openTasks: number;
  readonly parent?: ParentOfRun | undefined;
  readonly escalation?: Escalation | undefined;
  /** The highest level that the run has stood at; absent at 0. */
  readonly highestLevel?: EscalationLevel | undefined;
  readonly origin?: RunOrigin | undefined;
};

/** The run that this one grew from: by `retry`, as a `fork` with an edited output, or as a `part` of its pipeline. */
export type RunOrigin = { readonly runId: string; readonly as: "retry" | "fork" | "part" };

/**
 * How far recovery has got: the highest level that still holds. Absent at level 0. `path`: down to the node that it is
 * about, where that is one of a child run of `node`.
 */
export type Escalation = {
  readonly level: EscalationLevel;
  readonly reason: EscalationReason;
  readonly node: string;
  readonly path?: readonly ChildStep[] | undefined;
};

/** Why a node waits, one reason at a time. `until` is epoch ms where a time is known. */
export type WaitReason = {
  readonly kind:
    | "input"
    | "slot"
    | "retry"
    | "timer"
    | "approval"
    | "paused"
    | "breaker"
    | "children"
    | "cache"
    | "budget"
    | "disk"
    | "lock";
  readonly until?: number | undefined;
  /** breaker: the service. */
  readonly service?: string | undefined;
};

/** A breaker as all runs share it. `until`: epoch ms of the next probe, while open. */
export type BreakerView = {
  readonly service: string;
  readonly state: "closed" | "open" | "half-open";
  /** Failures in a row. */
  readonly failures: number;
  readonly until?: number | undefined;
};

export type NodeView = {
  readonly id: string;
  readonly status: NodeStatus;
  readonly outcome?: string | undefined;
  /** Becoming-readies over the whole run. */
  readonly activations: number;
  /** Tries over all activations. */
  readonly attempts: number;
  /** This activation's current try, and how many it may have. */
  readonly attempt: number;
  readonly maxAttempts: number;
  readonly startedAt?: number | undefined;
  readonly endedAt?: number | undefined;
  readonly cost: Cost;
  readonly failure?: Failure | undefined;
  readonly waitsFor?: WaitReason | undefined;
  /** One line for the node: the head of its output or of its failure, at most 160 characters. */
  readonly summary?: string | undefined;
  /** `own`: a fallback or default took over. `inherited`: it was given something degraded. */
  readonly degraded?: "own" | "inherited" | undefined;
  /** The link of `fallback:` that is in use, 1-based, and its name; absent while the node's own settings are. */
  readonly fallback?: { readonly link: number; readonly to: string } | undefined;
  /** Of a node that runs as child runs. */
  readonly items?:
    | {
        readonly total: number;
        readonly running: number;
        readonly done: number;
        readonly failed: number;
        /** Of those done, taken over from the run that this one grew from. */
        readonly taken?: number | undefined;
      }
    | undefined;
  readonly cached?: { readonly storedAt: number; readonly saved: Usage } | undefined;
  /** The breaker of the node's service, unless it is closed and unharmed. */
  readonly breaker?: BreakerView | undefined;
  /** Guesses for this node over the whole run; `usd` went into wrong ones. */
  readonly speculation?:
    | {
        readonly running: boolean;
        /** Guesses were wrong too often: no more are made. */
        readonly off?: true | undefined;
        readonly confirmed: number;
        readonly refuted: number;
        readonly usd: number;
      }
    | undefined;
  readonly pinned?: boolean | undefined;
};

export type EdgeView = {
  readonly index: number;
  /** Over the whole run. */
  readonly taken: number;
  readonly state: "pending" | "taken" | "dead";
  /** Loop edges: the counter of the current round, and its bound. */
  readonly count?: number | undefined;
  readonly max?: number | undefined;
};

export type HumanTask = {
  readonly runId: string;
  readonly pipeline: string;
  readonly node: string;
  readonly activation: number;
  readonly openedAt: number;
  readonly card: HumanTaskCard;
};

/** The whole live picture. `text` is the frozen file that this run runs. */
export type RunView = {
  readonly summary: RunSummary;
  readonly seq: number;
  readonly text: string;
  readonly nodes: readonly NodeView[];
  readonly edges: readonly EdgeView[];
  readonly tasks: readonly HumanTask[];
  readonly failure?: Failure | undefined;
  /** Why nothing more is recorded, and so nothing starts: the database is full, or damaged. */
  readonly held?: ErrorShape | undefined;
};

/** Changes since the last update of the same subscription; entries replace those of the same id or index. */
export type RunUpdate = {
  readonly runId: string;
  readonly seq: number;
  readonly summary: RunSummary;
  readonly nodes: readonly NodeView[];
  readonly edges: readonly EdgeView[];
  readonly tasks: readonly HumanTask[];
  readonly failure?: Failure | undefined;
  /** Why nothing more is recorded, and so nothing starts: the database is full, or damaged. */
  readonly held?: ErrorShape | undefined;
  /** Text that streams out of a running attempt and is not yet a result. */
  readonly streams: readonly { readonly node: string; readonly activation: number; readonly text: string }[];
};

/** FORMAT §3: the last line of `run --json`, and GET /api/v1/runs/{id}. */
export type RunResult = {
  readonly type: "result";
  readonly run: {
    readonly id: string;
    readonly status: RunStatus;
    readonly output: Json;
    readonly startedAt: string;
    readonly endedAt: string | null;
    readonly durationMs: number;
    readonly cost: Cost;
    readonly error?: { readonly code: string; readonly message: string } | undefined;
    readonly nodes: Readonly<
      Record<
        string,
        {
          readonly status: NodeStatus;
          readonly outcome: string | null;
          readonly activations: number;
          readonly attempts: number;
          /** Of a node that runs as child runs. */
          readonly items?: NodeView["items"];
          readonly output: Json;
          readonly cost: Cost;
          /** The node took a stored result. `ageMs`: its age when it was taken; `saved`: what it had cost. */
          readonly cached?:
            | { readonly storedAt: string; readonly ageMs: number; readonly saved: Usage }
            | undefined;
          /** A fallback or default made it, or something that it was made of. */
          readonly degraded?: true | undefined;
          readonly error?: { readonly code: string; readonly message: string } | undefined;
        }
      >
    >;
    readonly edges: readonly {
      readonly from: string;
      readonly to: string;
      readonly kind: EdgeKind;
      readonly taken: number;
      readonly max?: number | undefined;
    }[];
  };
};
