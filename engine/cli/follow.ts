/**
 * Stays with one run until it ends (or waits for a person and nobody waits with it): shows it, cancels it on Ctrl+C,
 * takes it over when the engine's owner leaves, and turns its end into an exit code.
 */
import { type ErrorShape, LayerloomError } from "#contract/errors.ts";
import { isFinal } from "#contract/events.ts";
import { followRun } from "#contract/follow-run.ts";
import type { Escalation, RunResult } from "#contract/run.ts";
import { reportError } from "./errors.ts";
import { EXIT_CANCELLED, EXIT_HUNG_UP, EXIT_TERMINATED, exitCodeOf } from "./exit-codes.ts";
import { printError } from "./output.ts";
import { commandLine } from "./paths.ts";
import { RunPicture } from "./run-picture.ts";
import { openSession, type Session } from "./session.ts";
import { heldNote, heldWords, holdEnds } from "./view/held.ts";
import { jsonView } from "./view/json-view.ts";
import type { RunView } from "./view/view.ts";
import { escalationWords } from "./view/words.ts";

export type FollowSettings = {
  readonly db: string | undefined;
  readonly json: boolean;
  /** False: stop as soon as nothing moves until a person acts. */
  readonly wait: boolean;
};

/** Shows what happens after event `from`. Closes the session in every case. */
export async function followToEnd(
  first: Session,
  runId: string,
  settings: FollowSettings,
  from = 0,
): Promise<number> {
  let session = first;
  const picture = new RunPicture();
  const view = settings.json ? jsonView() : await humanView(settings.db);
  const signals = listenToSignals(runId, () => session, view, picture, settings);
  let after = from;
  try {
    for (;;) {
      try {
        session.publish();
        const result = await Promise.race([
          stay(session, runId, picture, view, settings, after, (seq) => {
            after = seq;
          }),
          session.fatal,
          signals.left,
        ]);
        if (typeof result === "number") return result;
        view.onEnd(result, picture);
        reportFailure(result, picture.hint, settings);
        return exitCodeOf(result.run.status);
      } catch (thrown) {
        if (session.owner || !(thrown instanceof LayerloomError) || thrown.code !== "CONNECTION_LOST")
          throw thrown;
        // The owner of the engine is gone, and the run with it: it goes on here, from its last recorded step.
        session = await openSession(settings.db);
        await goOn(session, runId);
      }
    }
  } finally {
    signals.end();
    view.close();
    await session.close();
  }
}

/**
 * Makes an unfinished run move in the session's engine, whether it was paused or left behind. Returns the number of its
 * newest event before it moved.
 */
export async function goOn(session: Session, runId: string): Promise<number> {
  const { summary, seq } = await session.api.getRun({ runId });
  if (isFinal(summary.status)) return seq;
  // The first call fetches a run that was left behind, the second wakes it if it had been paused.
  await session.api.resumeRun({ runId });
  if (summary.status === "paused") await session.api.resumeRun({ runId });
  return seq;
}

async function stay(
  session: Session,
  runId: string,
  picture: RunPicture,
  view: RunView,
  settings: FollowSettings,
  after: number,
  reached: (seq: number) => void,
): Promise<RunResult> {
  const { onEvents } = view;
  const following = followRun(session.api, runId, {
    after,
    onUpdate: (update) => {
      const { held, escalation } = picture;
      picture.apply(update);
      noteHeld(held, picture.held, view, settings);
      noteEscalation(escalation, picture, view, settings);
      view.onPicture(picture);
    },
    onEvents: onEvents
      ? (events) => {
          onEvents(events);
          reached(events.at(-1)?.seq ?? 0);
        }
      : undefined,
    until: () => !settings.wait && picture.needsPerson,
  });
  session.fatal.catch(() => following.stop());
  await following.done;
  return session.api.getResult({ runId });
}

/** Said once when nothing can be recorded any more, and once when it can again. */
function noteHeld(
  before: ErrorShape | undefined,
  held: ErrorShape | undefined,
  view: RunView,
  { json }: FollowSettings,
): void {
  if (before?.code === held?.code) return;
  if (json) printError(JSON.stringify(heldNote(held)));
  else view.note(heldWords(before, held, "The run"));
}

/** Where a person should know: once for each change. At its end a run says itself why it failed. */
function noteEscalation(
  before: Escalation | undefined,
  { escalation, summary }: RunPicture,
  view: RunView,
  { json }: FollowSettings,
): void {
  if (json || !escalation || escalation.level < 3 || !summary || isFinal(summary.status)) return;
  const words = escalationWords(escalation);
  if (!before || escalationWords(before) !== words) view.note(words);
}

async function humanView(db: string | undefined): Promise<RunView> {
  const { canDrawLive, liveView } = await import("./view/live-view.ts");
  if (canDrawLive(process.stdout)) return liveView(process.stdout, db);
  const { plainView } = await import("./view/plain-view.ts");
  return plainView(db);
}

function reportFailure(result: RunResult, hint = "", { db, json }: FollowSettings): void {
  const { run } = result;
  if (run.status !== "failed") return;
  const message = run.error ? `${run.error.code}: ${run.error.message}` : "a node failed";
  const why = hint === "" ? `What it did: ${commandFor(run.id, db, "show")} --events` : hint;
  reportError(new LayerloomError("RUN_FAILED", `The run ${run.id} failed: ${message}`, { hint: why }), json);
}

function commandFor(runId: string, db: string | undefined, verb: "show" | "resume"): string {
  return commandLine("runs", verb, runId, ...(db === undefined ? [] : ["--db", db]));
}

function leftBehind(
  held: ErrorShape,
  runId: string,
  picture: RunPicture,
  db: string | undefined,
): LayerloomError {
  const begun = (picture.summary?.status ?? "queued") !== "queued";
  const goOn = begun ? `go on with: ${commandFor(runId, db, "resume")}` : "start it again: nothing was run";
  const message = `${held.message}; the run ${runId} was left and not cancelled`;
  return new LayerloomError(held.code, message, { hint: `${holdEnds(held)}, then ${goOn}` });
}

/** Ctrl+C cancels, the second one leaves at once. SIGTERM and SIGHUP leave the run to be resumed; `left` is their exit code. */
function listenToSignals(
  runId: string,
  session: () => Session,
  view: RunView,
  picture: RunPicture,
  { db, json }: FollowSettings,
): { readonly left: Promise<number>; end(): void } {
  const { promise: left, resolve } = Promise.withResolvers<number>();
  let interrupted = false;
  const interrupt = (): void => {
    if (interrupted) process.exit(EXIT_CANCELLED);
    interrupted = true;
    // A cancellation could not be recorded either: the run is left as a kill would leave it.
    if (picture.held) {
      resolve(reportError(leftBehind(picture.held, runId, picture, db), json));
      return;
    }
    view.note("Cancelling the run; Ctrl+C again leaves at once.");
    // It may have ended by itself meanwhile, which the follower sees.
    session()
      .api.cancelRun({ runId })
      .catch(() => undefined);
  };
  const leave = (exit: number): void => {
    const message = `The run ${runId} is not finished.`;
    const hint = `Go on with: ${commandFor(runId, db, "resume")}`;
    // Without a code: nothing went wrong, the process was told to leave.
    if (json) printError(JSON.stringify({ type: "error", error: { message, hint, retryable: true } }));
    else view.note(`${message} ${hint}`);
    resolve(exit);
  };
  const terminate = (): void => leave(EXIT_TERMINATED);
  const hangUp = (): void => leave(EXIT_HUNG_UP);
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", terminate);
  process.on("SIGHUP", hangUp);
  return {
    left,
    end() {
      process.off("SIGINT", interrupt);
      process.off("SIGTERM", terminate);
      process.off("SIGHUP", hangUp);
    },
  };
}
