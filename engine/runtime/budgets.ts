/**
 * Keeps runs within their budgets. What an attempt may cost at worst is set aside before it starts, out of the budget of
 * its run and of every run above it that has one. Whoever does not fit waits while a running attempt may still give
 * something back, and is refused once none can. Reads states; performs nothing and commits nothing.
 */
import { LayerloomError } from "#contract/errors.ts";
import type { Failure } from "#contract/events.ts";
import { linkInUse } from "#core/chain.ts";
import type { ReadyItem } from "#core/schedule/ready-queue.ts";
import type { LiveRun } from "./live-run.ts";
import type { ScopeSources } from "./scope.ts";
import { settingsAhead } from "./settings.ts";

/** Sums of cents are not exact. Far below the price of a token. */
const ROUNDING = 1e-9;

export type BudgetsOptions = {
  readonly simulated: boolean;
  sources(): ScopeSources;
  now(): number;
  /** Into the queue again. */
  enqueue(item: ReadyItem): void;
  /** The run has something new to show. */
  changed(run: LiveRun): void;
};

type Waiting = { readonly run: LiveRun; readonly item: ReadyItem };

export class Budgets {
  readonly #options: BudgetsOptions;
  /** By the run whose budget they wait for, in the order of their coming. */
  readonly #waiting = new Map<LiveRun, Map<string, Waiting>>();

  constructor(options: BudgetsOptions) {
    this.#options = options;
  }

  /**
   * US dollars to be set aside for the next attempt of the node; `wait`: it stays here, and is queued again by itself;
   * a failure when it cannot start at all.
   */
  admit(run: LiveRun, item: ReadyItem): number | "wait" | Failure {
    if (!isBound(run)) return 0;
    const usd = this.#worst(run, item.node);
    if (usd === undefined) return costUnknown(run, item.node);
    if (usd === 0) return 0;
    for (let tree: LiveRun | undefined = run; tree; tree = tree.parent) {
      const limit = tree.program.definition.budget?.usd;
      if (limit === undefined) continue;
      const money = moneyIn(tree);
      if (money.spent + money.unsettled + money.reserved + usd <= limit + ROUNDING) continue;
      if (money.reserved === 0) return budgetSpent(item.node, usd, limit, money);
      this.#park(tree, run, item);
      return "wait";
    }
    return usd;
  }

  /** Would an attempt of the node come out of a budget? For calls that nobody needs yet. */
  binds(run: LiveRun, node: string): boolean {
    return isBound(run) && this.#worst(run, node) !== 0;
  }

  /** An attempt of the run has given back what was set aside for it. */
  released(run: LiveRun): void {
    for (let tree: LiveRun | undefined = run; tree; tree = tree.parent) {
      const waiting = this.#waiting.get(tree);
      this.#waiting.delete(tree);
      for (const { run: of, item } of waiting?.values() ?? []) {
        this.#show(of, item.node, false);
        this.#options.enqueue(item);
      }
    }
  }

  /** The run has ended. */
  forget(run: LiveRun): void {
    this.#waiting.delete(run);
  }

  #park(tree: LiveRun, run: LiveRun, item: ReadyItem): void {
    const waiting = this.#waiting.get(tree) ?? new Map<string, Waiting>();
    this.#waiting.set(tree, waiting);
    waiting.set(`${run.id}/${item.node}`, { run, item });
    this.#show(run, item.node, true);
  }

  #show(run: LiveRun, node: string, waits: boolean): void {
    if (waits) run.budgetWaits.add(node);
    else run.budgetWaits.delete(node);
    run.touchedNodes.add(run.program.plan.indexOf.get(node) ?? -1);
    this.#options.changed(run);
  }

  /** The most that the next attempt may cost; undefined when nobody knows. */
  #worst(run: LiveRun, node: string): number | undefined {
    const { plan } = run.program;
    const index = plan.indexOf.get(node) ?? -1;
    const { definition } = plan.nodes[index] ?? {};
    // Child runs set aside for their own attempts; a pinned result and a template cost nothing.
    if (!definition || definition.pin || run.program.hasChildren(node)) return 0;
    if (typeof linkInUse(plan, run.state, index) === "object") return 0;
    const activity = run.program.activity(node);
    if (!activity.estimate) return 0;
    const provider = this.#options.simulated ? "simulated" : run.settings.provider;
    const settings = this.#settings(run, node, Object.keys(definition.with ?? {}));
    if (!settings) return 0;
    const estimate = activity.estimate(settings, { provider, now: this.#options.now() });
    if (!("script" in estimate)) return estimate.usd.worst.value ?? undefined;
    const { script } = estimate;
    return script[Math.min(run.state.attempts[index] ?? 0, script.length - 1)]?.usd ?? 0;
  }

  /** Undefined when they cannot be worked out: the attempt fails by the same reason before it spends anything. */
  #settings(run: LiveRun, node: string, keys: readonly string[]) {
    try {
      return settingsAhead(run, this.#options.sources(), node, keys);
    } catch (thrown) {
      if (!(thrown instanceof LayerloomError)) throw thrown;
      return undefined;
    }
  }
}

type Money = { readonly spent: number; readonly reserved: number; readonly unsettled: number };

/** Of a run and of its children that have not ended; what others cost is in the run's own sum. */
function moneyIn({ state, children }: LiveRun): Money {
  let { usd: spent, reservedUsd: reserved, unsettledUsd: unsettled } = state;
  for (const child of children) {
    const money = moneyIn(child);
    spent += money.spent;
    reserved += money.reserved;
    unsettled += money.unsettled;
  }
  return { spent, reserved, unsettled };
}

function isBound(run: LiveRun): boolean {
  for (let tree: LiveRun | undefined = run; tree; tree = tree.parent)
    if (tree.program.definition.budget !== undefined) return true;
  return false;
}

function budgetSpent(node: string, usd: number, limit: number, { spent, unsettled }: Money): Failure {
  const uncertain = unsettled === 0 ? "" : ` and up to $${inDollars(unsettled)} of cut-off attempts`;
  return {
    code: "BUDGET_SPENT",
    message: `${node} may cost $${inDollars(usd)}; of the budget of $${inDollars(limit)}, $${inDollars(spent)}${uncertain} is spent`,
    class: "permanent",
    rule: "built-in: BUDGET_SPENT",
    hint: "Raise budget.usd and run it again from here, or give the node a cheaper fallback.",
  };
}

function costUnknown(run: LiveRun, node: string): Failure {
  const uses = run.program.definition.nodes[node]?.uses ?? "";
  return {
    code: "COST_UNKNOWN",
    message: `nobody knows what ${node} (${uses}) may cost, and the pipeline has a budget`,
    class: "permanent",
    rule: "built-in: COST_UNKNOWN",
    hint: "Use a model with a known price, or take the budget out.",
  };
}

function inDollars(usd: number): string {
  return usd >= 0.01 || usd === 0 ? usd.toFixed(2) : usd.toPrecision(2);
}
