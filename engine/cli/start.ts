/** Guards the streams, runs one command, leaves with its code. Decides nothing itself. */
import { reportError } from "./errors.ts";
import { endOutput, guardOutput } from "./output.ts";
import { runCommandLine } from "./program.ts";

export async function start(argv: readonly string[]): Promise<never> {
  const json = argv.includes("--json");
  let lost = 0;
  guardOutput((error) => {
    lost = reportError(error, json);
  });
  // Whatever slips through everything else still ends as one clear error, not as a stack trace.
  const fault = (thrown: unknown): never => process.exit(reportError(thrown, json));
  process.on("uncaughtException", fault);
  process.on("unhandledRejection", fault);
  const code = await runCommandLine(argv).catch((thrown: unknown) => reportError(thrown, json));
  await endOutput();
  // Not left to the event loop: a worker or a socket that lingers must not keep a finished command alive.
  // A command that went well and whose output is lost did not go well; one that did not keeps its own code.
  process.exit(code === 0 ? lost : code);
}
