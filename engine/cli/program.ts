/**
 * The shape of the command line (FORMAT.md §2): commands, options, help. Each command's code is loaded when it is
 * called and not before, since the time to a run's first node is part of the promise.
 */
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { LayerloomError } from "#contract/errors.ts";
import { commandLine, packageVersion } from "./paths.ts";

const EXPORT_FORMATS = ["yaml", "json", "mermaid", "schema"];

/** Returns the exit code; throws what the command throws. */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  let exit = 0;
  const leaveWith = (code: number): void => {
    exit = code;
  };
  const program = describe(leaveWith, argv[0]);
  try {
    await program.parseAsync(argv, { from: "user" });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    if (thrown.exitCode === 0) return 0;
    if (thrown.code === "commander.help") {
      throw new LayerloomError("BAD_USAGE", "Which command?", { hint: `See ${commandLine("--help")}` });
    }
    throw new LayerloomError("BAD_USAGE", thrown.message.replace(/^error: /, "").replace(/\s*\n\s*/g, " "), {
      hint: `See ${commandLine("--help")}`,
    });
  }
  return exit;
}

type Add = (program: Command, leaveWith: (code: number) => void) => void;

/** In the order of the help. */
const COMMANDS = new Map<string, Add>([
  ["run", addRun],
  ["simulate", addSimulate],
  ["validate", addValidate],
  ["quote", addQuote],
  ["export", addExport],
  ["runs", addRuns],
  ["inbox", addInbox],
  ["decide", addDecide],
  ["cache", addCache],
  ["memory", addMemory],
  ["breakers", addBreakers],
  ["db", addDatabase],
  ["serve", addServe],
]);

/** Describing them all takes longer than many a run, so a command that is named is described alone. */
function describe(leaveWith: (code: number) => void, named: string | undefined): Command {
  const program = new Command("layerloom")
    .description(
      "Draw a layer pipeline as a graph, run it on a local durable engine, keep it as readable YAML.",
    )
    .version(packageVersion())
    .exitOverride()
    // Errors are told in our own shape, by whoever called us.
    .configureOutput({ writeErr: () => undefined })
    .showHelpAfterError(false);
  const only = COMMANDS.get(named ?? "");
  for (const add of only ? [only] : COMMANDS.values()) add(program, leaveWith);
  return program;
}

function addRun(program: Command, leaveWith: (code: number) => void): void {
  program
    .command("run")
    .description("run a pipeline to its end")
    .addArgument(fileArgument())
    .addArgument(new Argument("[name=value...]", "inputs, as with --input").default([], "none"))
    .addOption(inputOption())
    .option("--inputs <file.json>", "all inputs as one JSON object")
    .addOption(dbOption())
    .addOption(providerOption())
    .option("--seed <n>", "seed of the run's randomness", integer)
    .option("--only <node>", "run this node alone, on results that are there")
    .option("--up-to <node>", "run this node and what it needs")
    .option("--from <node>", "run this node and what follows it")
    .option("--based-on <run>", "take results over from this run; the newest that fits when left out")
    .option("--preview", "list what would run and why, and start nothing")
    .addOption(jsonOption())
    .option("--no-wait", "leave with code 3 when only a person can go on")
    .action(async (file, more, options) =>
      leaveWith(await (await import("./commands/run.ts")).run(file, withInputs(options, more))),
    );
}

function addSimulate(program: Command, leaveWith: (code: number) => void): void {
  program
    .command("simulate")
    .description("run a pipeline in virtual time; nothing outside is touched")
    .addArgument(fileArgument())
    .addArgument(new Argument("[name=value...]", "inputs, as with --input").default([], "none"))
    .addOption(inputOption())
    .option("--inputs <file.json>", "all inputs as one JSON object")
    .option("--seed <n>", "seed of the run's randomness", integer)
    .option("--faults <p>", "probability that an attempt fails, 0 to 1", probability)
    .addOption(jsonOption())
    .action(async (file, more, options) =>
      leaveWith(await (await import("./commands/simulate.ts")).simulate(file, withInputs(options, more))),
    );
}

function addValidate(program: Command, leaveWith: (code: number) => void): void {
  program
    .command("validate")
    .description("check pipeline files")
    .argument("<files...>", "pipeline files; - is standard input")
    .addOption(jsonOption())
    .action(async (files, options) =>
      leaveWith(await (await import("./commands/validate.ts")).validate(files, options)),
    );
}

function addQuote(program: Command, leaveWith: (code: number) => void): void {
  program
    .command("quote")
    .description("what a pipeline would cost and take, expected and at worst")
    .addArgument(fileArgument())
    .addArgument(new Argument("[name=value...]", "inputs, as with --input").default([], "none"))
    .addOption(inputOption())
    .option("--inputs <file.json>", "all inputs as one JSON object")
    .addOption(dbOption())
    .addOption(providerOption())
    .addOption(jsonOption())
    .action(async (file, more, options) =>
      leaveWith(await (await import("./commands/quote.ts")).quote(file, withInputs(options, more))),
    );
}

function addExport(program: Command, leaveWith: (code: number) => void): void {
  program
    .command("export")
    .description("print a pipeline in its canonical form")
    .addArgument(fileArgument())
    .addOption(
      new Option("--to <format>", "yaml, json, mermaid or schema")
        .choices(EXPORT_FORMATS)
        .makeOptionMandatory(),
    )
    .option("--out <file>", "write there instead of printing")
    // Nothing of it is JSON but the errors.
    .addOption(jsonOption().hideHelp())
    .action(async (file, options) =>
      leaveWith(await (await import("./commands/export.ts")).exportPipeline(file, options)),
    );
}

function addRuns(program: Command, leaveWith: (code: number) => void): void {
  const runs = program.command("runs").description("the history of runs");
  const load = () => import("./commands/runs.ts");
  runs
    .command("list")
    .description("the newest runs")
    .option("--limit <n>", "how many, default 50", positive)
    .option("--parent <run>", "the child runs of this run")
    .addOption(dbOption())
    .addOption(jsonOption())
    .action(async (options) => leaveWith(await (await load()).listRuns(options)));
  runs
    .command("show <run>")
    .description("what a run came to")
    .option("--events", "its journal as well")
    .addOption(dbOption())
    .addOption(jsonOption())
    .action(async (run, options) => leaveWith(await (await load()).showRun(run, options)));
  runs
    .command("resume <run>")
    .description("go on with a run that was paused or left behind")
    .addOption(dbOption())
    .addOption(jsonOption())
    .option("--no-wait", "leave with code 3 when only a person can go on")
    .action(async (run, options) => leaveWith(await (await load()).resumeRun(run, options)));
  runs
    .command("cancel <run>")
    .description("cancel a run, or one node of it")
    .option("--node <node>", "only the attempt that runs there; the run goes on as after a failure")
    .addOption(dbOption())
    .addOption(jsonOption())
    .action(async (run, options) => leaveWith(await (await load()).cancelRun(run, options)));
  runs
    .command("retry <run>")
    .description("run again, taking over what succeeded")
    .option("--from <node>", "run this node and what follows it again")
    .addOption(dbOption())
    .addOption(jsonOption())
    .option("--no-wait", "leave with code 3 when only a person can go on")
    .action(async (run, options) => leaveWith(await (await load()).retryRun(run, options)));
  runs
    .command("fork <run>")
    .description("run again with another output of one node; the run itself stays as it is")
    .requiredOption("--from <node>", "the node whose output is another")
    .requiredOption("--output <json>", "its output; what follows the node runs on it")
    .addOption(dbOption())
    .addOption(jsonOption())
    .option("--no-wait", "leave with code 3 when only a person can go on")
    .action(async (run, options) => leaveWith(await (await load()).forkRun(run, options)));
}

function addInbox(program: Command, leaveWith: (code: number) => void): void {
  program
    .command("inbox")
    .description("what waits for a person")
    .addOption(dbOption())
    .addOption(jsonOption())
    .action(async (options) => leaveWith(await (await import("./commands/inbox.ts")).inbox(options)));
}

function addDecide(program: Command, leaveWith: (code: number) => void): void {
  program
    .command("decide <run> <node> <outcome>")
    .description("decide for a waiting node")
    .option("--comment <text>", "why")
    .option("--value <json>", "a value that goes with the decision")
    .addOption(dbOption())
    .addOption(jsonOption())
    .action(async (run, node, outcome, options) =>
      leaveWith(await (await import("./commands/inbox.ts")).decide(run, node, outcome, options)),
    );
}

function addCache(program: Command, leaveWith: (code: number) => void): void {
  const cache = program.command("cache").description("results that nodes may take instead of running");
  const load = () => import("./commands/cache.ts");
  cache
    .command("list")
    .description("what is stored, the newest first")
    .option("--pipeline <name>", "only what this pipeline made")
    .option("--node <id>", "only what this node made")
    .option("--limit <n>", "how many, default 50", positive)
    .addOption(dbOption())
    .addOption(jsonOption())
    .action(async (options) => leaveWith(await (await load()).listResults(options)));
  cache
    .command("clear")
    .description("forget stored results, so that the nodes run again")
    .option("--pipeline <name>", "only what this pipeline made")
    .option("--node <id>", "only what this node made")
    .addOption(dbOption())
    .addOption(jsonOption())
    .action(async (options) => leaveWith(await (await load()).clearResults(options)));
}

function addMemory(program: Command, leaveWith: (code: number) => void): void {
  const memory = program.command("memory").description("what pipelines remember");
  const load = () => import("./commands/memory.ts");
  memory
    .command("list")
    .description("the names, with their age")
    .addOption(dbOption())
    .addOption(jsonOption())
    .action(async (options) => leaveWith(await (await load()).listMemory(options)));
  memory
    .command("show <name>")
    .description("what is remembered under a name")
    .option("--history", "its changes as well, the newest first")
    .option("--limit <n>", "how many changes, default 20", positive)
    .addOption(dbOption())
    .addOption(jsonOption())
    .action(async (name, options) => leaveWith(await (await load()).showMemory(name, options)));
}

function addBreakers(program: Command, leaveWith: (code: number) => void): void {
  const breakers = program.command("breakers").description("services that failed in a row, and their rest");
  const load = () => import("./commands/breakers.ts");
  breakers
    .command("list")
    .description("the services that have failed")
    .addOption(dbOption())
    .addOption(jsonOption())
    .action(async (options) => leaveWith(await (await load()).listBreakers(options)));
  breakers
    .command("reset <service>")
    .description("call a service again at once")
    .addOption(dbOption())
    .addOption(jsonOption())
    .action(async (service, options) => leaveWith(await (await load()).resetBreaker(service, options)));
}

function addDatabase(program: Command, leaveWith: (code: number) => void): void {
  const database = program.command("db").description("the database: is it whole, what are its backups");
  const load = () => import("./commands/db.ts");
  database
    .command("check")
    .description("look through all of it for damage")
    .addOption(dbOption())
    .addOption(jsonOption())
    .action(async (options) => leaveWith(await (await load()).checkWhole(options)));
  database
    .command("backups")
    .description("what can be restored, the newest first")
    .addOption(dbOption())
    .addOption(jsonOption())
    .action(async (options) => leaveWith(await (await load()).listBackups(options)));
  database
    .command("restore <backup>")
    .description("go back to a backup; the files of now are kept under another name")
    .addOption(dbOption())
    .addOption(jsonOption())
    .action(async (backup, options) => leaveWith(await (await load()).restore(backup, options)));
}

function addServe(program: Command, leaveWith: (code: number) => void): void {
  program
    .command("serve")
    .description("the app in a browser, the REST API, the unfinished runs")
    .option("--port <n>", "port on loopback; a free one when left out", port)
    .addOption(dbOption())
    .option("--open", "open the default browser")
    .option("--workspace <dir>", "folder of the pipelines; the current one when left out")
    .addOption(jsonOption())
    .action(async (options) => leaveWith(await (await import("./commands/serve.ts")).serve(options)));
}

const fileArgument = () => new Argument("<file>", "pipeline file; - is standard input");
const dbOption = () => new Option("--db <file>", "database; ~/.layerloom/layerloom.db when left out");
const jsonOption = () => new Option("--json", "one JSON object a line");
const providerOption = () =>
  new Option("--provider <name>", "model provider of llm nodes").choices(["anthropic", "simulated"]);
const inputOption = () =>
  new Option("--input <name=value>", "one input, repeatable; JSON where it parses")
    .argParser((value: string, before: readonly string[]) => [...before, value])
    .default([], "none");

/** `--input a=1 b=2` reads as two inputs. */
function withInputs<T extends { readonly input: readonly string[] }>(options: T, more: readonly string[]): T {
  return { ...options, input: [...options.input, ...more] };
}

function number(text: string, accept: (value: number) => boolean, what: string): number {
  const value = Number(text);
  if (text.trim() === "" || !accept(value)) throw new InvalidArgumentError(`It must be ${what}.`);
  return value;
}
const integer = (text: string) => number(text, Number.isSafeInteger, "a whole number");
const positive = (text: string) =>
  number(text, (value) => Number.isSafeInteger(value) && value > 0, "a whole number above 0");
const probability = (text: string) =>
  number(text, (value) => value >= 0 && value <= 1, "a number from 0 to 1");
const port = (text: string) =>
  number(text, (value) => Number.isInteger(value) && value >= 0 && value <= 65_535, "a port, 0 to 65535");
