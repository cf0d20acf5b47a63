/** Every example runs by the command line, as a person would start it, and ends as its description promises. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import type { RunResult } from "#contract/run.ts";
import { startCli } from "#test/cli/child.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "layerloom-examples-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let databases = 0;
const freshDatabase = (): string => join(folder, `${databases++}.db`);

async function run(
  example: string,
  args: readonly string[] = [],
  database = freshDatabase(),
): Promise<RunResult["run"]> {
  const file = join("examples", `${example}.layerloom.yaml`);
  const { code, lines, stderr } = await startCli(["run", file, "--json", "--db", database, ...args], ROOT)
    .ended;
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return (JSON.parse(lines.at(-1) ?? "null") as RunResult).run;
}

/** Starts an example that asks a person, answers as told, in order, from other processes, and waits for its end. */
async function runWithDecisions(
  example: string,
  decisions: readonly (readonly [node: string, outcome: string])[],
): Promise<RunResult["run"]> {
  const database = freshDatabase();
  const child = startCli(
    ["run", join("examples", `${example}.layerloom.yaml`), "--json", "--db", database],
    ROOT,
  );
  let opened = 0;
  let text = "";
  child.process.stdout?.on("data", (chunk: Buffer) => {
    text += chunk.toString();
    const tasks = text.split("\n").filter((line) => line.includes('"HumanTaskOpened"'));
    const decision = decisions[opened];
    if (tasks.length <= opened || !decision) return;
    opened += 1;
    const runId = /"runId":"(\w+)"/.exec(text)?.[1] ?? "";
    void startCli(
      ["decide", runId, ...decision, "--comment", "decided by the test", "--db", database],
      ROOT,
    ).ended.then(({ code, stderr }) => {
      if (code !== 0) child.process.kill();
      expect(stderr).toBe("");
    });
  });
  const { code, lines } = await child.ended;
  expect(code).toBe(0);
  return (JSON.parse(lines.at(-1) ?? "null") as RunResult).run;
}

test("each example is valid and ends in virtual time", async () => {
  const files = readdirSync(join(ROOT, "examples")).filter((name) => name.endsWith(".layerloom.yaml"));
  expect(files.length).toBeGreaterThanOrEqual(6);
  for (const file of files) {
    const { code, lines, stderr } = await startCli(["simulate", join("examples", file), "--json"], ROOT)
      .ended;
    expect({ file, code, stderr }).toEqual({ file, code: 0, stderr: "" });
    expect((JSON.parse(lines.at(-1) ?? "null") as RunResult).run.status).toBe("completed");
  }
});

test("standard five layers: two rate limits, one quality round, an approval from another process", async () => {
  const { status, nodes, edges, cost } = await runWithDecisions("standard-five-layers", [
    ["approval", "approved"],
  ]);
  expect(status).toBe("completed");
  expect(nodes.reason).toMatchObject({ status: "succeeded", activations: 2, attempts: 4 });
  expect(nodes.quality).toMatchObject({ outcome: "pass", activations: 2 });
  expect(nodes.approval?.output).toMatchObject({
    outcome: "approved",
    comment: "decided by the test",
    by: "person",
  });
  expect(edges.find(({ from, kind }) => from === "quality" && kind === "loop")).toMatchObject({
    taken: 1,
    max: 3,
  });
  expect(cost.usd).toBe(0);
});

test("standard five layers: a change asked for goes back to reasoning with the comment", async () => {
  const { nodes, edges } = await runWithDecisions("standard-five-layers", [
    ["approval", "modification_requested"],
    ["approval", "approved"],
  ]);
  expect(nodes.approval).toMatchObject({ activations: 2, outcome: "approved" });
  expect(edges.find(({ from, kind }) => from === "approval" && kind === "loop")).toMatchObject({
    taken: 1,
    max: 2,
  });
});

test("quality loop: three drafts, then published; with a bar out of reach it leaves by the exhausted edge", async () => {
  const good = await run("quality-loop");
  expect(good.nodes.draft).toMatchObject({ activations: 3 });
  expect(good.nodes.apologise).toMatchObject({ status: "not_reached" });
  expect(good.output).toContain("order 1042");
  const never = await run("quality-loop", ["--input", "bar=1"]);
  expect(never.nodes.draft).toMatchObject({ activations: 4 });
  expect(never.nodes.review).toMatchObject({ outcome: "exhausted" });
  expect(never.nodes.apologise).toMatchObject({ status: "succeeded" });
  expect(never.output).toContain("We are sorry");
  expect(never.nodes.publish).toMatchObject({ status: "not_reached" });
});

test("checked answer: a fallback model, two judgements, a second round with more effort", async () => {
  const { nodes, output, edges } = await run("checked-answer");
  expect(nodes.answer).toMatchObject({ status: "succeeded", activations: 2, attempts: 3 });
  expect(nodes.judge).toMatchObject({
    outcome: "pass",
    activations: 2,
    output: { simulated: true, score: 0.9 },
  });
  expect(edges.find(({ kind }) => kind === "loop")).toMatchObject({ taken: 1 });
  const never = await run("checked-answer", ["--input", "bar=1"]);
  expect(never.nodes.judge).toMatchObject({ outcome: "exhausted", activations: 3 });
  expect(never.output).toBe("For a person: How do I send my order back?");
  expect(output).toBe("You have 30 days; the return label is in the box.");
});

test("head start: the letter is begun in the middle of the answer, in the first run already", async () => {
  const { status, durationMs, nodes, output } = await run("head-start");
  expect(status).toBe("completed");
  expect(nodes.letter).toMatchObject({ status: "succeeded", attempts: 1 });
  expect(output).toMatchObject({ letter: expect.stringContaining("a visit") });
  const { lines } = await startCli(
    ["simulate", join("examples", "head-start.layerloom.yaml"), "--json"],
    ROOT,
  ).ended;
  const simulated = (JSON.parse(lines.at(-1) ?? "null") as RunResult).run;
  expect(simulated.durationMs).toBe(3_000);
  // The letter takes 2 s by itself.
  expect(durationMs).toBeGreaterThanOrEqual(3_000);
  expect(
    lines.some((line) => line.includes('"verdict":"confirmed"') && line.includes('"on":"partial"')),
  ).toBe(true);
});

test("governance gate: rejected, then escalated to a person", async () => {
  const { nodes, edges, output } = await runWithDecisions("governance-gate", [["approval", "approved"]]);
  expect(nodes.gate).toMatchObject({ activations: 2, outcome: "escalated" });
  expect(edges.find(({ kind }) => kind === "loop")).toMatchObject({ taken: 1 });
  expect(output).toBe("Booked: Fair stand");
});

test("parallel outreach: a retry, a failure taken by its error edge, a join of the rest", async () => {
  const { status, nodes, output } = await run("parallel-outreach");
  expect(status).toBe("completed");
  expect(nodes.letter_b).toMatchObject({ attempts: 2 });
  expect(nodes.letter_d).toMatchObject({ status: "failed" });
  expect(output).toEqual([
    "Letter to Aoyama Foods",
    "Letter to Brightwell",
    "Letter to Castillo & Sons",
    "Not sent: No address",
  ]);
});

test("fresh enough: the second run within the hour reuses the world model", async () => {
  const database = freshDatabase();
  const first = await run("fresh-enough", [], database);
  expect(first.nodes.understand).toMatchObject({ status: "succeeded", attempts: 1 });
  const second = await run("fresh-enough", [], database);
  expect(second.nodes.understand).toMatchObject({ status: "skipped", activations: 1, attempts: 0 });
  expect(second.output).toEqual(first.output);
});

test("dependency review: real input, a report on disk, one round of the check, learnings kept", async () => {
  const report = join("out", "dependency-review-test.md");
  const { status, nodes, edges } = await run("dependency-review", ["--input", `report=${report}`]);
  expect(status).toBe("completed");
  expect(edges.find(({ kind }) => kind === "loop")).toMatchObject({ from: "check", to: "plan", taken: 1 });
  const text = readFileSync(join(ROOT, report), "utf8");
  rmSync(join(ROOT, report));
  const lock = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")) as {
    packages: Record<string, unknown>;
  };
  expect(text).toContain(`${Object.keys(lock.packages).length - 1} in the lock file`);
  expect(text).toContain("- MIT: ");
  expect(text).toContain("- electron-winstaller");
  expect(text).toContain("## Duplicates");
  expect(nodes.reflect?.output).toMatchObject({ verdict: "approved" });
});
