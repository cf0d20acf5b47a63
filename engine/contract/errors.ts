/**
 * The one error class of the project and the catalogue of its codes.
 * A code is stable for ever: scripts, the screen and people rely on it. The catalogue maps each to what
 * the three skins need: the HTTP status, the command line's exit code. (Texts per language: renderer/i18n.)
 */

export type ErrorSpec = { readonly status: number; readonly exit: 1 | 2 | 3 | 4 | 130 };

const spec = (status: number, exit: ErrorSpec["exit"]): ErrorSpec => ({ status, exit });

/** code → HTTP status and exit code. */
export const ERRORS = {
  // the command line and the API
  BAD_USAGE: spec(400, 2),
  BAD_REQUEST: spec(400, 2),
  UNAUTHORIZED: spec(401, 2),
  FORBIDDEN: spec(403, 2),
  NOT_FOUND: spec(404, 2),
  CONFLICT: spec(409, 2),
  PORT_IN_USE: spec(500, 2),
  CONNECTION_LOST: spec(503, 2),
  OUTPUT_FAILED: spec(500, 1),
  INTERNAL: spec(500, 1),
  // the file
  FILE_NOT_FOUND: spec(404, 2),
  FILE_UNREADABLE: spec(400, 2),
  FILE_CHANGED: spec(409, 2),
  FILE_NOT_GRANTED: spec(403, 2),
  YAML_SYNTAX: spec(400, 2),
  YAML_LIMIT: spec(400, 2),
  DUPLICATE_KEY: spec(400, 2),
  INVALID_PIPELINE: spec(400, 2),
  UNSUPPORTED_VERSION: spec(400, 2),
  UNKNOWN_KEY: spec(400, 2),
  INVALID_VALUE: spec(400, 2),
  MISSING_VALUE: spec(400, 2),
  INVALID_ID: spec(400, 2),
  UNKNOWN_NODE: spec(400, 2),
  UNKNOWN_ACTIVITY: spec(400, 2),
  UNKNOWN_OUTCOME: spec(400, 2),
  UNKNOWN_NAME: spec(400, 2),
  DUPLICATE_EDGE: spec(400, 2),
  CYCLE_WITHOUT_LOOP: spec(400, 2),
  LOOP_TARGET_NOT_ANCESTOR: spec(400, 2),
  INVALID_EDGE: spec(400, 2),
  INVALID_JOIN: spec(400, 2),
  MANY_EXECUTIONS: spec(400, 2),
  PINNED: spec(400, 2),
  EXPRESSION_SYNTAX: spec(400, 2),
  EXPRESSION_TYPE: spec(400, 2),
  EXPRESSION_FORBIDDEN: spec(400, 2),
  NO_EFFECT: spec(400, 2),
  NOT_SUPPORTED_YET: spec(400, 2),
  // inputs and settings of a run
  MISSING_INPUT: spec(400, 2),
  UNKNOWN_INPUT: spec(400, 2),
  INVALID_INPUT: spec(400, 2),
  MISSING_KEY: spec(400, 2),
  NOTHING_TO_TAKE_OVER: spec(409, 2),
  MISSING_RESULT: spec(409, 2),
  // while running (these end an attempt, not the engine)
  EXPRESSION_FAILED: spec(500, 1),
  ATTEMPT_TIMEOUT: spec(504, 1),
  ATTEMPT_CANCELLED: spec(409, 130),
  INVALID_OUTPUT: spec(500, 1),
  OUTPUT_TOO_LARGE: spec(500, 1),
  UNKNOWN_NEXT: spec(500, 1),
  ACTIVITY_FAILED: spec(500, 1),
  SIMULATED_FAILURE: spec(500, 1),
  CODE_FAILED: spec(500, 1),
  CODE_TIMEOUT: spec(504, 1),
  CODE_MEMORY: spec(500, 1),
  HTTP_FAILED: spec(502, 1),
  MODEL_RATE_LIMITED: spec(502, 1),
  MODEL_OVERLOADED: spec(502, 1),
  MODEL_UNREACHABLE: spec(502, 1),
  MODEL_REFUSED: spec(502, 1),
  MODEL_REQUEST_INVALID: spec(502, 1),
  MODEL_AUTH_FAILED: spec(502, 1),
  MODEL_STALLED: spec(504, 1),
  MODEL_OUTPUT_INVALID: spec(502, 1),
  BREAKER_OPEN: spec(503, 1),
  BUDGET_SPENT: spec(402, 1),
  COST_UNKNOWN: spec(402, 1),
  LOOP_EXHAUSTED: spec(500, 1),
  NOT_A_LIST: spec(500, 1),
  RECURSION_TOO_DEEP: spec(400, 2),
  RECURSION_ENDLESS: spec(400, 2),
  SUB_PIPELINES_LIMIT: spec(400, 2),
  HUMAN_TIMEOUT: spec(504, 1),
  RUN_FAILED: spec(500, 1),
  RUN_CANCELLED: spec(409, 130),
  RUN_ENDED: spec(409, 2),
  TASK_NOT_OPEN: spec(409, 2),
  // the core
  ILLEGAL_EVENT: spec(409, 1),
  // the database
  DATABASE_UNREADABLE: spec(500, 2),
  DATABASE_LOCKED: spec(503, 2),
  DATABASE_FOREIGN: spec(500, 2),
  DATABASE_NEWER: spec(500, 2),
  DATABASE_FULL: spec(507, 1),
  DATABASE_DAMAGED: spec(500, 2),
  RUNTIME_TOO_OLD: spec(500, 2),
} as const satisfies Record<string, ErrorSpec>;

export type ErrorCode = keyof typeof ERRORS;

/** Where in a file: 1-based line and column. */
export type Place = {
  readonly file?: string | undefined;
  readonly line: number;
  readonly column: number;
};

/** What crosses a process boundary in place of a thrown error. Never holds a stack. */
export type ErrorShape = {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly retryable?: boolean | undefined;
  readonly place?: Place | undefined;
  /** The field it is about, such as `reason.with.prompt`. */
  readonly field?: string | undefined;
  /** More than one finding (an invalid file). */
  readonly problems?: readonly Problem[] | undefined;
  /** Milliseconds the other side asked us to wait (Retry-After). */
  readonly retryAfterMs?: number | undefined;
};

/** One finding in a pipeline file. `path` walks the definition: `nodes.reason.with.prompt`, `edges.3.when`. */
export type Problem = {
  readonly severity: "error" | "warning";
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly path: string;
  readonly place?: Place | undefined;
};

type Extras = Omit<ErrorShape, "code" | "message"> & { readonly cause?: unknown };

export class LayerloomError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly retryable: boolean;
  readonly place: Place | undefined;
  readonly field: string | undefined;
  readonly problems: readonly Problem[] | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, extras: Extras = {}) {
    super(message, extras.cause === undefined ? undefined : { cause: extras.cause });
    this.name = "LayerloomError";
    this.code = code;
    this.hint = extras.hint;
    this.retryable = extras.retryable ?? false;
    this.place = extras.place;
    this.field = extras.field;
    this.problems = extras.problems;
    this.retryAfterMs = extras.retryAfterMs;
  }

  toShape(): ErrorShape {
    const { code, message, hint, retryable, place, field, problems, retryAfterMs } = this;
    return { code, message, hint, retryable, place, field, problems, retryAfterMs };
  }

  static fromShape(shape: ErrorShape): LayerloomError {
    return new LayerloomError(shape.code, shape.message, shape);
  }
}

/** Any thrown value as a shape fit to show: unknown errors keep their message and lose their stack. */
export function toErrorShape(thrown: unknown): ErrorShape {
  if (thrown instanceof LayerloomError) return thrown.toShape();
  return { code: "INTERNAL", message: thrown instanceof Error ? thrown.message : String(thrown) };
}
