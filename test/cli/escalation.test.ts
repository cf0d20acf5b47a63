/** What a person at the shell learns while recovery goes on, and that a kill in the middle of a chain loses none of it. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Desk, lines } from "./command.ts";

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});
afterEach(() => desk.close());

const CHAIN = `
layerloom: 1
name: chain
nodes:
  ask:
    uses: llm
    with:
      prompt: p
      provider: simulated
      simulate: { delay: 300ms, script: [{ error: permanent }, { error: permanent }, { output: third }] }
    fallback: [sonnet, haiku, human]
  send: { uses: template, with: { text: "\${{ nodes.ask.output.text }} \${{ nodes.ask.degraded }}" } }
edges: [ ask -> send ]
output: "\${{ nodes.send.output }}"
`;

test("levels 3 and 4 are told on standard error, once each", async () => {
  desk.write(
    "p.layerloom.yaml",
    `
layerloom: 1
name: stuck
nodes:
  ask:
    uses: simulate
    with: { script: [{ error: transient }], delay: 60ms }
    retry: { retries: 3, initial: 60ms, jitter: none }
    fallback: [human]
edges: []
`,
  );
  const { code, stderr, stdout } = await desk.run("run", "p.layerloom.yaml", "--db", desk.db, "--no-wait");
  expect(code).toBe(3);
  expect(stderr).toBe(
    "Look at ask: it keeps failing and is still being tried again (level 3).\n" +
      "A person is needed at ask: nothing else in its fallback chain has worked (level 4).\n",
  );
  expect(stdout).toMatch(/ask waiting · attempt 4\/4 · by human/);
  expect(stdout).toContain("ok|give_up");
});

test("a run killed in the middle of a chain goes on with the link that it had come to", async () => {
  desk.write("p.layerloom.yaml", CHAIN);
  const first = desk.start(["run", "p.layerloom.yaml", "--db", desk.db]);
  const begun = await first.seen(/ask running · attempt 2.*by sonnet/);
  await sleep(50);
  first.child.kill("SIGKILL");
  await first.ended;
  expect(begun).not.toContain("succeeded");
  const [run] = lines((await desk.run("runs", "list", "--json", "--db", desk.db)).stdout);
  const id = String(run?.id);
  const resumed = await desk.run("runs", "resume", id, "--json", "--db", desk.db);
  expect(resumed.code).toBe(0);
  const printed = lines((await desk.run("runs", "show", id, "--json", "--events", "--db", desk.db)).stdout);
  const told = printed.map((line) => JSON.stringify(line)).join("\n");
  expect(told.match(/"FallbackTaken"/g)).toHaveLength(2);
  const events = lines(resumed.stdout);
  expect(events.at(-1)).toMatchObject({
    run: { status: "completed", output: "third true", nodes: { ask: { status: "degraded", attempts: 3 } } },
  });
});
