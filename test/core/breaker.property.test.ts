/** The breaker against cockatiel's, call by call: who gets through, and which state follows. */
import {
  BrokenCircuitError,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleAll,
} from "cockatiel";
import fc from "fast-check";
import { afterEach, expect, test, vi } from "vitest";
import { admit, answered, type BreakerState, breakerView, type Call, CLOSED, failed } from "#core/breaker.ts";

const FAILURES = 3;
const COOLDOWN_MS = 100;
const POLICY = { failures: FAILURES, cooldownMs: COOLDOWN_MS };
const STATE = { closed: CircuitState.Closed, open: CircuitState.Open, "half-open": CircuitState.HalfOpen };

type Step =
  | { readonly begin: true }
  | { readonly end: number; readonly well: boolean }
  | { readonly pass: number };
type Open = Call & { settle(well: boolean): Promise<void> };

const often = (likely: boolean) =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(likely) }, { weight: 1, arbitrary: fc.constant(!likely) });

/** Mostly failures, and mostly times at which something happens: else few sequences would ever open and close. */
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.constant({ begin: true } as const) },
  { weight: 5, arbitrary: fc.record({ end: fc.nat(3), well: often(false) }) },
  {
    weight: 2,
    arbitrary: fc.record({ pass: fc.constantFrom(1, COOLDOWN_MS / 2, COOLDOWN_MS - 1, COOLDOWN_MS) }),
  },
);

class Pair {
  readonly #oracle: CircuitBreakerPolicy = circuitBreaker(handleAll, {
    halfOpenAfter: COOLDOWN_MS,
    breaker: new ConsecutiveBreaker(FAILURES),
  });
  #ours: BreakerState = CLOSED;
  #calls: Open[] = [];
  #count = 0;

  async take(next: Step): Promise<void> {
    if ("pass" in next) vi.setSystemTime(Date.now() + next.pass);
    else if ("begin" in next) await this.#begin();
    else await this.#end(this.#calls[next.end % Math.max(1, this.#calls.length)], next.well);
    expect(this.#oracle.state).toBe(STATE[breakerView("s", this.#ours).state]);
  }

  async #begin(): Promise<void> {
    this.#count += 1;
    const name = `call ${this.#count}`;
    const admission = admit(this.#ours, Date.now(), name, Number.MAX_SAFE_INTEGER);
    this.#ours = admission.state;
    // In half-open the oracle lets others wait inside; ours wait in the queue.
    if (admission.to === "wait" && this.#oracle.state === CircuitState.HalfOpen) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    let through = false;
    const outcome = this.#oracle
      .execute(() => {
        through = true;
        return promise;
      })
      .then(
        () => undefined,
        (error: unknown) => error,
      );
    await Promise.resolve();
    expect(through).toBe(admission.to !== "wait");
    if (!through) {
      expect(await outcome).toBeInstanceOf(BrokenCircuitError);
      return;
    }
    const settle = async (well: boolean): Promise<void> => {
      if (well) resolve();
      else reject(new Error("ill"));
      await outcome;
    };
    this.#calls.push({ name, probe: admission.to === "probe", settle });
  }

  async #end(call: Open | undefined, well: boolean): Promise<void> {
    if (!call) return;
    this.#calls = this.#calls.filter((other) => other !== call);
    await call.settle(well);
    this.#ours = well ? answered(this.#ours, call) : failed(this.#ours, POLICY, Date.now(), call);
  }
}

afterEach(() => {
  vi.useRealTimers();
});

test("does what cockatiel's does, with calls one after another and side by side", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: 1_000_000 });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { size: "max", maxLength: 80 }), async (steps) => {
      const pair = new Pair();
      for (const next of steps) await pair.take(next);
    }),
    { numRuns: 2_000 },
  );
});
