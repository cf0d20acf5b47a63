import { expect, test } from "vitest";
import type { JsonObject } from "#contract/json.ts";
import { startI18n, translate } from "#renderer/i18n/i18n.ts";
import { eventSays } from "#renderer/runs/event-says.ts";
import type { PrintedEvent } from "#renderer/runs/printed-event.ts";

startI18n("en");
const says = (event: string, rest: JsonObject = {}): string | undefined =>
  eventSays({ type: "event", seq: 1, at: "1970-01-01T00:00:00Z", event, ...rest } as PrintedEvent, {
    t: translate,
    standIn: (to) => `<${to}>`,
    language: "en",
  });
const error = { code: "HTTP_FAILED", message: "503", class: "transient", rule: "built-in: HTTP 5xx" };

test.each<[string, JsonObject, string | RegExp]>([
  [
    "FallbackTaken",
    { to: "haiku", link: 1, error },
    "<haiku> takes over, link 1 of the chain · HTTP_FAILED: 503",
  ],
  [
    "AttemptFailed",
    { error },
    "HTTP_FAILED: 503 · Passes by itself: tried again · by HTTP 5xx, the service failed",
  ],
  [
    "EscalationChanged",
    { level: 4, reason: "chain-ended", node: "a" },
    "Level 4: Nothing else has worked at a",
  ],
  ["EscalationChanged", { level: 0, reason: "recovered", node: "a" }, "a has recovered."],
  [
    "BreakerChanged",
    { service: "api", state: "open", until: "2026-01-01T00:00:00Z" },
    /^api is left alone until \d/,
  ],
  ["BreakerChanged", { service: "api", state: "closed" }, "api answers again"],
  ["NodeCached", { storedAt: "2026-01-01T00:00:00Z", saved: { usd: 0.5 } }, /^stored .*, saved \$0\.50$/],
  ["ChildEnded", { item: 2, status: "failed", usage: { usd: 1 } }, "item 3 · failed · $1.00"],
  [
    "SpeculationEnded",
    { verdict: "refuted", usage: { usd: 0.2 } },
    "the guess on the last output was wrong, $0.20 lost",
  ],
  ["SpeculationEnded", { verdict: "confirmed", on: "partial" }, "the guess on a partial output was right"],
])("%s %j", (event, rest, sentence) => {
  if (typeof sentence === "string") expect(says(event, rest)).toContain(sentence);
  else expect(says(event, rest)).toMatch(sentence);
});

test("what has no sentence is left to the journal", () => expect(says("TimerSet")).toBeUndefined());
