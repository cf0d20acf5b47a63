/** Cards of human tasks: their large payloads are kept once, by hash, like every other value. */
import type { HumanTaskCard } from "#contract/events.ts";
import type { ValueStore } from "./values.ts";

/** As it is recorded. */
export function keptCard(card: HumanTaskCard, values: ValueStore): HumanTaskCard {
  const { payload, ...rest } = card;
  if (payload === undefined) return card;
  const payloadRef = values.put(payload);
  return "hash" in payloadRef ? { ...rest, payloadRef } : card;
}

/** As people see it. */
export function shownCard(card: HumanTaskCard, values: ValueStore): HumanTaskCard {
  const { payloadRef, ...rest } = card;
  return payloadRef ? { ...rest, payload: values.get(payloadRef) } : card;
}
