/** Parts of a pipeline, previews, pins and forks, as a shell sees them. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { Desk, lines } from "./command.ts";

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});
afterEach(() => desk.close());

const PIPELINE = `layerloom: 1
name: letter
inputs: { who: { type: string, required: true } }
nodes:
  look: { uses: template, with: { text: "\${{ inputs.who }}" } }
  write: { uses: template, with: { text: "Dear \${{ nodes.look.output }}" } }
  send: { uses: template, with: { text: "\${{ nodes.write.output }}, bye" } }
edges:
  - look -> write -> send
output: "\${{ nodes.send.output }}"
`;

test("a part runs on what an earlier run left, and says before what it would do", async () => {
  desk.write("p.layerloom.yaml", PIPELINE);
  const run = (...args: string[]) => desk.run("run", "p.layerloom.yaml", "--db", desk.db, ...args);

  const early = await run("--only", "send", "who=Ann");
  expect([early.code, early.stdout]).toEqual([2, ""]);
  expect(early.stderr).toBe(
    'MISSING_RESULT: "send" needs results that are not there: "write"\n' +
      "  hint: Run up to the node, or pin the outputs that it needs.\n",
  );

  const upTo = await run("--up-to", "write", "who=Ann");
  expect([upTo.code, upTo.stderr]).toEqual([0, ""]);
  expect(upTo.stdout).toMatch(/✓ write succeeded[\s\S]*· send not reached[\s\S]*✓ completed/);

  // The inputs of the earlier run stand where none are given.
  const preview = await run("--only", "send", "--preview");
  expect(preview.code).toBe(0);
  const [based, ...list] = preview.stdout.trimEnd().split("\n");
  expect(based).toMatch(/^Based on the run [0-9a-f]{12} of \d{4}-/);
  expect(list).toEqual(["  » taken over  look", "  » taken over  write", "  ● runs        send   asked for"]);
  const only = await run("--only", "send");
  expect([only.code, only.stdout.split("\n").at(-2)]).toEqual([0, "Dear Ann, bye"]);

  const from = await run("--from", "write", "--input", "who=Bo", "--preview", "--json");
  expect(lines(from.stdout)).toMatchObject([
    {
      type: "preview",
      nodes: [
        { node: "look", does: "runs", why: "input", of: "who" },
        { node: "write", does: "runs", why: "asked" },
        { node: "send", does: "runs", why: "follows", of: "write" },
      ],
    },
  ]);
  const listed = lines((await desk.run("runs", "list", "--json", "--db", desk.db)).stdout);
  expect(listed).toMatchObject([{ origin: { runId: listed[1]?.id, as: "part" } }, { pipeline: "letter" }]);
}, 30_000);

test("a fork runs on with another output, and the run that it came from stays as it is", async () => {
  desk.write("p.layerloom.yaml", PIPELINE);
  await desk.run("run", "p.layerloom.yaml", "--db", desk.db, "who=Ann");
  const [first] = lines((await desk.run("runs", "list", "--json", "--db", desk.db)).stdout);
  const id = String(first?.id);
  const shown = (): Promise<{ stdout: string }> =>
    desk.run("runs", "show", id, "--json", "--events", "--db", desk.db);
  const before = await shown();
  const fork = await desk.run("runs", "fork", id, "--from", "write", "--output", '"Hi"', "--db", desk.db);
  expect(fork.code).toBe(0);
  expect(fork.stdout).toMatch(/» write skipped[\s\S]*✓ send succeeded[\s\S]*\nHi, bye\n$/);
  expect((await shown()).stdout).toBe(before.stdout);
}, 30_000);

test("a pinned node does not run, and that is said", async () => {
  desk.write("p.layerloom.yaml", PIPELINE.replace("write: {", "write: { pin: { output: Hello },"));
  const plain = await desk.run("run", "p.layerloom.yaml", "--db", desk.db, "who=Ann");
  expect(plain.code).toBe(0);
  expect(plain.stdout).toMatch(/» write skipped · \d+ms · pinned\n[\s\S]*Hello, bye/);
  expect(plain.stderr).toMatch(/^p\.layerloom\.yaml:6:\d+: warning: PINNED: "write" is pinned.*\n {2}hint: /);
  const json = await desk.run("run", "p.layerloom.yaml", "--db", desk.db, "--json", "who=Ann");
  expect(lines(json.stderr)).toMatchObject([
    { type: "warning", problem: { code: "PINNED", place: { line: 6 } } },
  ]);
}, 30_000);

test("one node of a run in another process is cancelled, and the run goes on without it", async () => {
  desk.write(
    "p.layerloom.yaml",
    `layerloom: 1
name: two
nodes:
  slow: { uses: simulate, with: { delay: 60s } }
  mend: { uses: template, with: { text: "\${{ error.code }}" } }
edges:
  - { from: slow, to: mend, kind: error }
output: "\${{ nodes.mend.output }}"
`,
  );
  const running = desk.start(["run", "p.layerloom.yaml", "--db", desk.db]);
  await running.seen("slow running");
  const [run] = lines((await desk.run("runs", "list", "--json", "--db", desk.db)).stdout);
  const cancelled = await desk.run("runs", "cancel", String(run?.id), "--node", "slow", "--db", desk.db);
  expect(cancelled).toMatchObject({ code: 0, stdout: `Cancelled slow of ${run?.id}.\n`, stderr: "" });
  const { code, stdout } = await running.ended;
  expect([code, stdout.split("\n").at(-2)]).toEqual([0, "ATTEMPT_CANCELLED"]);
}, 30_000);

test.each([
  [["run", "p", "--only", "a", "--from", "b"], "BAD_USAGE: A run has one part"],
  [["run", "p", "--based-on", "x"], "BAD_USAGE: --based-on says"],
  [["runs", "fork", "x"], "BAD_USAGE: required option '--from"],
  [["runs", "fork", "x", "--from", "a"], "BAD_USAGE: required option '--output"],
  [["runs", "fork", "x", "--from", "a", "--output", "{"], "BAD_USAGE: --output is not JSON."],
] as const)("%j is refused", async (args, words) => {
  const { code, stdout, stderr } = await desk.run(...args);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toContain(words);
  expect(stderr).toMatch(/\n {2}hint: .+\n$/);
});
