/** What the engine's thread and a sandbox thread say to each other. */
import type { ErrorCode } from "#contract/errors.ts";

export type CodeJob = {
  readonly source: string;
  /** JSON text. */
  readonly input: string;
  readonly timeoutMs: number;
  readonly memoryBytes: number;
  /** Epoch ms: the only time that the code sees. */
  readonly now: number;
  readonly seed: string;
};

/** `reusable`: this thread may run the next piece of code. */
export type CodeReply =
  | { readonly type: "ready" }
  /** `json`: the result as JSON text. */
  | { readonly type: "done"; readonly json: string; readonly reusable: boolean }
  | {
      readonly type: "failed";
      readonly code: CodeErrorCode;
      readonly message: string;
      readonly reusable: boolean;
    };

export type CodeErrorCode = Extract<
  ErrorCode,
  "CODE_FAILED" | "CODE_TIMEOUT" | "CODE_MEMORY" | "INVALID_OUTPUT" | "OUTPUT_TOO_LARGE"
>;

export const MAX_OUTPUT_BYTES = 1024 * 1024;
