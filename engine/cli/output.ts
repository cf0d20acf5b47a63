/**
 * Standard output and error. A reader that goes away (`| head`) ends the printing, not the run: what is under way
 * is durable work, and its exit code still counts.
 */
const gone = new WeakSet<NodeJS.WriteStream>();

export function guardOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => gone.add(stream));
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
