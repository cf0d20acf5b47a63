/**
 * Journals that earlier releases wrote replay for ever: the same driving events lead to the same conclusions and to the
 * same picture. What a later release concludes besides, in events that the earlier one did not know, is left aside.
 * A recorded journal is never recorded anew; a change that breaks one breaks people's runs.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { PipelineDefinition } from "#contract/definition.ts";
import { DERIVED, type EventBody, type EventName, type JournalEvent } from "#contract/events.ts";
import type { EdgeView, NodeView } from "#contract/run.ts";
import { compilePlan } from "#core/plan.ts";
import { initialState } from "#core/state.ts";
import { transition } from "#core/transition.ts";
import { edgeView, nodeView } from "#core/view.ts";

type Recorded = {
  readonly definition: PipelineDefinition;
  readonly events: readonly JournalEvent[];
  /** Names of the derived events that the release knew. */
  readonly derived: readonly EventName[];
  readonly nodes: readonly NodeView[];
  readonly edges: readonly EdgeView[];
};

const root = import.meta.dirname;
const releases = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());

for (const { name: release } of releases) {
  const journals = readdirSync(join(root, release));
  test(`${release} left journals`, () => expect(journals.length).toBeGreaterThan(0));
  for (const journal of journals) {
    test(`${release}: ${journal} replays`, () => {
      const recorded = JSON.parse(readFileSync(join(root, release, journal), "utf8")) as Recorded;
      const plan = compilePlan(recorded.definition);
      const state = initialState(plan);
      const replayed: unknown[] = [];
      for (const { seq: _seq, at, ...body } of recorded.events) {
        if (DERIVED.has(body.event)) continue;
        const { derived } = transition(plan, state, body as EventBody, at);
        const concluded = derived.filter(({ event }) => recorded.derived.includes(event));
        replayed.push(...[body, ...concluded].map((event) => ({ at, ...event })));
      }
      const events = recorded.events.map(({ seq: _seq, ...event }) => event);
      expect(JSON.parse(JSON.stringify(replayed))).toMatchObject(events);
      const nodes = plan.nodes.map(({ index }) => nodeView(plan, state, index));
      const edges = plan.edges.map(({ index }) => edgeView(plan, state, index));
      expect(JSON.parse(JSON.stringify({ nodes, edges }))).toMatchObject({
        nodes: recorded.nodes,
        edges: recorded.edges,
      });
    });
  }
}
