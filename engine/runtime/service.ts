/** What is known of a service and of the nodes that depend on it. Data for `breakers.ts`; what it means is decided there. */
import type { BreakerView } from "#contract/run.ts";
import { type BreakerPolicy, type BreakerState, breakerView, type Call, isUnharmed } from "#core/breaker.ts";
import type { ReadyItem } from "#core/schedule/ready-queue.ts";

/** How a node's service is watched. */
export type Guard = {
  readonly policy: BreakerPolicy;
  /** How long a probe may take before another one is let through. */
  readonly leaseMs: number;
  /** The service's name where the file gives it; absent: the activity tells. */
  readonly named: string | undefined;
};

export class Service {
  readonly name: string;
  state: BreakerState;
  readonly users = new Set<NodeService>();
  /** In the order of their coming. */
  readonly waiting = new Map<NodeService, ReadyItem>();
  /** When those who wait are looked at again. */
  timer: { readonly at: number; readonly stop: () => void } | undefined;

  constructor(name: string, state: BreakerState) {
    this.name = name;
    this.state = state;
  }

  get view(): BreakerView {
    return breakerView(this.name, this.state);
  }

  get harmed(): boolean {
    return !isUnharmed(this.state);
  }
}

/** A node of a live run, and the service that its attempts call. */
export class NodeService {
  readonly runId: string;
  readonly node: string;
  readonly index: number;
  readonly guard: Guard;
  readonly service: Service;
  /** The attempt that runs. */
  attempt: (Call & { readonly activation: number }) | undefined;

  constructor(runId: string, node: string, index: number, guard: Guard, service: Service) {
    this.runId = runId;
    this.node = node;
    this.index = index;
    this.guard = guard;
    this.service = service;
  }

  get waits(): boolean {
    return this.service.waiting.has(this);
  }
}
