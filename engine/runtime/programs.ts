/** Compiled pipeline texts, the newest few kept: runs of the same text, and all items of a list, share one program. */
import type { ReadResult } from "#contract/engine-api.ts";
import { LayerloomError } from "#contract/errors.ts";
import type { ActivityRegistry } from "#ports/activity.ts";
import type { ExpressionLanguage } from "#ports/expression.ts";
import { Program, soundDefinition } from "./program.ts";

const PROGRAMS_KEPT = 32;

export type ProgramsOptions = {
  readonly registry: ActivityRegistry;
  readonly language: ExpressionLanguage;
  /**
   * On this thread. A run that is found or recovered must be there within the call, before anything is fed to it; its
   * text has been read without an error before, and its program is mostly still kept.
   */
  readonly read: (text: string, file: string | undefined) => ReadResult;
  /** Reads the file of a sub-pipeline; none can be read when absent. `from`: the file that names it. */
  readonly source?: (path: string, from: string | null, folders: readonly string[]) => PipelineSource;
};

export type PipelineSource = { readonly text: string; readonly file: string | null };

export class Programs {
  readonly #options: ProgramsOptions;
  /** By text, newest last. */
  readonly #kept = new Map<string, Program>();
  /** Those whose text was found without an error. */
  readonly #sound = new WeakSet<Program>();

  constructor(options: ProgramsOptions) {
    this.#options = options;
  }

  get language(): ExpressionLanguage {
    return this.#options.language;
  }

  read(text: string, file: string | undefined): ReadResult {
    return this.#options.read(text, file);
  }

  source(path: string, from: string | null, folders: readonly string[]): PipelineSource {
    if (this.#options.source) return this.#options.source(path, from, folders);
    throw new LayerloomError("FILE_NOT_GRANTED", `${path}: this engine reads no pipeline files`);
  }

  /** Of a text that a run has already. `known`: its definition, where it is at hand. */
  of(text: string, file: string | undefined, known?: ReadResult["definition"]): Program {
    const kept = this.#kept.get(text);
    if (kept) return kept;
    const definition = known ?? this.read(text, file).definition;
    if (!definition)
      throw new LayerloomError("DATABASE_DAMAGED", "the stored pipeline text can no longer be read");
    const program = new Program(definition, this.#options.registry, this.#options.language);
    this.#kept.set(text, program);
    const oldest = this.#kept.keys().next().value;
    if (this.#kept.size > PROGRAMS_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return program;
  }

  /** Of a text that is to be run. Refuses one with errors: INVALID_PIPELINE, with the findings. */
  checked(text: string, file: string | undefined, read: ReadResult = this.read(text, file)): Program {
    const program = this.of(text, file, soundDefinition(read));
    this.#sound.add(program);
    return program;
  }

  /** Of a text that was checked lately: it need not be read again. */
  lately(text: string): Program | undefined {
    const kept = this.#kept.get(text);
    return kept && this.#sound.has(kept) ? kept : undefined;
  }
}
