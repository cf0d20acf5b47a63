/** What an event of recovery says, in a sentence of the screen's language. Others are shown as the journal has them. */
import { escalationPlace } from "#contract/escalation-place.ts";
import type { FailureClass } from "#contract/events.ts";
import type { Json } from "#contract/json.ts";
import type { Escalation } from "#contract/run.ts";
import type { Language } from "#renderer/i18n/catalogue.ts";
import type { Translate } from "#renderer/i18n/i18n.ts";
import { classWords } from "#renderer/i18n/rule-words.ts";
import type { PrintedEvent } from "#renderer/runs/printed-event.ts";
import { formatClock, formatUsd, formatWhen } from "#renderer/ui/format.ts";

type Words = { readonly t: Translate; readonly standIn: (to: string) => string; readonly language: Language };

/** Undefined for events that have no sentence. Pure. */
export function eventSays(event: PrintedEvent, { t, standIn, language }: Words): string | undefined {
  const why = errorOf(event, t);
  switch (event.event) {
    case "FallbackTaken":
      return t("runs.says.fallback", { to: standIn(text(event.to)), n: count(event.link), why });
    case "AttemptRefused":
      return t("runs.says.refused", { why });
    case "AttemptFailed":
    case "NodeFailed":
      return why;
    case "ChildEscalated":
    case "EscalationChanged": {
      const level = count(event.level);
      const reason = `runs.escalation.${text(event.reason)}` as "runs.escalation.retry";
      const says = t(reason, { node: placeOf(event) });
      return level === 0 ? says : `${t("runs.escalation.level", { level })}: ${says}`;
    }
    case "BreakerChanged": {
      const until = typeof event.until === "string" ? formatClock(Date.parse(event.until), language) : "";
      const service = text(event.service);
      return t(`runs.says.breaker.${text(event.state)}` as "runs.says.breaker.open", { service, until });
    }
    case "NodeCached":
      return t("runs.says.cached", {
        when: formatWhen(Date.parse(text(event.storedAt)), language),
        usd: usdOf(event.saved),
      });
    case "ChildrenStarted":
      return t("runs.says.children", { n: count(event.count) });
    case "ChildStarted":
      return t("runs.says.childStarted", { n: count(event.item) + 1, run: text(event.childRunId) });
    case "ChildTakenOver":
      return t("runs.says.childTakenOver", { n: count(event.item) + 1, run: text(event.childRunId) });
    case "ChildEnded":
      return t("runs.says.childEnded", {
        n: count(event.item) + 1,
        status: t(`state.${text(event.status)}` as "state.completed"),
        usd: usdOf(event.usage),
      });
    case "SpeculationEnded":
      return t(`runs.says.guess.${text(event.verdict)}` as "runs.says.guess.refuted", {
        on: t(`runs.says.guess.on.${event.on === "partial" ? "partial" : "last"}`),
        usd: usdOf(event.usage),
      });
    default:
      return undefined;
  }
}

const text = (value: Json | undefined): string => (typeof value === "string" ? value : "");
const count = (value: Json | undefined): number => (typeof value === "number" ? value : 0);

const fieldOf = (value: Json | undefined, key: string): Json | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as { readonly [key: string]: Json })[key]
    : undefined;

/** A child's standing has its place in its path, and no path once it has recovered. */
function placeOf({ node, item, path }: PrintedEvent): string {
  const steps = Array.isArray(path) ? (path as unknown as Escalation["path"]) : undefined;
  if (steps === undefined || steps.length > 0) return escalationPlace({ node: text(node), path: steps });
  return `${text(node)}[${count(item)}]`;
}

const usdOf = (usage: Json | undefined): string => formatUsd(count(fieldOf(usage, "usd")));

/** `CODE: message · what its class means, by which row`, as far as it is known. */
function errorOf({ error }: PrintedEvent, t: Translate): string {
  const [code, message, kind, rule] = ["code", "message", "class", "rule"].map((key) =>
    text(fieldOf(error, key)),
  );
  if (code === "") return "";
  const failed = { class: kind as FailureClass, rule: rule === "" ? undefined : rule };
  return `${code}: ${message}${kind === "" ? "" : ` · ${classWords(t, failed)}`}`;
}
