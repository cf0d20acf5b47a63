/**
 * Standard output and error. A reader that goes away (`| head`) ends the printing, not the run: what is under way
 * is durable work, and its exit code still counts.
 * Any other failed write (a full disk) loses what somebody wants to have, and is told.
 */
import { LayerloomError } from "#contract/errors.ts";

const gone = new WeakSet<NodeJS.WriteStream>();
/** What a pipe says whose other end was closed: the first everywhere, the second on Windows. */
const READER_LEFT = ["EPIPE", "EOF"];

/** `onFailed` is called once, when standard output does not take what is printed. */
export function guardOutput(onFailed: (error: LayerloomError) => void): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (cause: NodeJS.ErrnoException) => {
      if (gone.has(stream)) return;
      gone.add(stream);
      if (stream === process.stdout && !READER_LEFT.includes(cause.code ?? "")) onFailed(outputFailed(cause));
    });
  }
}

function outputFailed(cause: Error): LayerloomError {
  return new LayerloomError("OUTPUT_FAILED", `standard output cannot be written: ${cause.message}`, {
    hint: "Send it where there is room. What a run has recorded is kept, whatever was printed.",
    cause,
  });
}

export function print(text: string): void {
  write(process.stdout, `${text}\n`);
}

export function printError(text: string): void {
  write(process.stderr, `${text}\n`);
}

/** One JSON object on a line of its own. */
export function printJson(value: object): void {
  print(JSON.stringify(value));
}

/** Without a line's end: for views that draw. */
export function draw(text: string): void {
  write(process.stdout, text);
}

/** Resolves when all that was printed has left the process, or nobody reads it. */
export async function endOutput(): Promise<void> {
  await Promise.all(
    [process.stdout, process.stderr].map(
      (stream) =>
        new Promise<void>((resolve) => {
          if (gone.has(stream) || stream.destroyed || !stream.writable) resolve();
          else stream.write("", () => resolve());
        }),
    ),
  );
}

function write(stream: NodeJS.WriteStream, text: string): void {
  if (!gone.has(stream) && stream.writable) stream.write(text);
}
