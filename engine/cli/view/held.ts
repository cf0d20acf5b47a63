/** What the command line says while nothing can be recorded: that runs wait, why, and that they go on. */
import type { ErrorCode, ErrorShape } from "#contract/errors.ts";

type Words = { readonly until: string; readonly over: string; readonly ends: string };

const WORDS: Readonly<Partial<Record<ErrorCode, Words>>> = {
  DATABASE_FULL: { until: "there is room", over: "There is room again", ends: "Make room" },
  DATABASE_LOCKED: {
    until: "the other program lets go of the database",
    over: "The database is free again",
    ends: "Close the other program",
  },
  DATABASE_DAMAGED: {
    until: "a backup is restored",
    over: "A backup was restored",
    ends: "Restore a backup",
  },
};

const OTHER: Words = { until: "it can be recorded", over: "It can be recorded again", ends: "Mend that" };

const wordsOf = (error: ErrorShape | undefined): Words => WORDS[error?.code ?? "INTERNAL"] ?? OTHER;

/** `who` waits, or goes on. `before`: what was said last. */
export function heldWords(before: ErrorShape | undefined, held: ErrorShape | undefined, who: string): string {
  if (!held) return `${wordsOf(before).over}; ${lowered(who)} goes on.`;
  return `${held.code}: ${held.message}\n  ${who} waits and goes on by itself once ${wordsOf(held).until}.`;
}

export function lookingWords(held: ErrorShape): string {
  return `${held.code}: ${held.message}\n  You can look, and nothing can be run until ${wordsOf(held).until}.`;
}

/** The same for programs. */
export function heldNote(held: ErrorShape | undefined): object {
  return held ? { type: "held", error: held } : { type: "going-on" };
}

/** What a person does about it, as the beginning of a sentence. */
export function holdEnds(held: ErrorShape): string {
  return wordsOf(held).ends;
}

function lowered(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
