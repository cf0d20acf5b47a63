/** Guards the streams, runs one command, leaves with its code. Decides nothing itself. */
import { reportError } from "./errors.ts";
import { endOutput, guardOutput } from "./output.ts";
import { runCommandLine } from "./program.ts";

export async function start(argv: readonly string[]): Promise<never> {
  guardOutput();
  const code = await runCommandLine(argv).catch((thrown: unknown) =>
    reportError(thrown, argv.includes("--json")),
  );
  await endOutput();
  // Not left to the event loop: a worker or a socket that lingers must not keep a finished command alive.
  process.exit(code);
}
