/** The parts of a printed event that this room reads; the rest is shown as it is. */
import type { NodeStatus, PrintedEvent as Printed } from "#contract/events.ts";
import type { Json } from "#contract/json.ts";

export type { NodeStatus };
export type PrintedEvent = Printed & { readonly node?: Json; readonly from?: Json; readonly to?: Json };
