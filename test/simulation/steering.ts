/** What people and the outside do to an engine between two of its writes: steer runs, close breakers, say things twice. */
import { LayerloomError } from "#contract/errors.ts";
import type { EventBody, JournalEvent } from "#contract/events.ts";
import { encodeState } from "#core/state.ts";
import type { VirtualClock } from "#runtime/clocks.ts";
import { Broken } from "./broken.ts";
import type { Chronicle } from "./chronicle.ts";
import type { Faults } from "./faults.ts";
import type { Life } from "./life.ts";
import type { Fault } from "./scenario.ts";
import type { Starts } from "./starts.ts";
import type { Watch } from "./watch.ts";
import type { RunWitness } from "./witness.ts";

type Steer = "cancel" | "pause" | "resume";

/** What somebody may be told who comes too late, or when nothing can be recorded. */
const TOO_LATE: readonly string[] = ["RUN_ENDED", "ILLEGAL_EVENT", "CONFLICT", "NOT_FOUND", "DATABASE_FULL"];

/** Facts that can be true once only: whoever hears them again must refuse them. */
const ONCE: readonly EventBody["event"][] = [
  "AttemptSucceeded",
  "AttemptFailed",
  "NodeSkipped",
  "NodeCached",
  "WaitStarted",
  "ChildrenStarted",
  "ChildStarted",
  "ChildTakenOver",
  "ChildEnded",
];

export type SteeringOptions = {
  readonly chronicle: Chronicle;
  readonly watch: Watch;
  readonly starts: Starts;
  readonly faults: Faults;
  readonly virtual: VirtualClock;
  life(): Life | undefined;
};

export class Steering {
  readonly #options: SteeringOptions;

  constructor(options: SteeringOptions) {
    this.#options = options;
  }

  strike(life: Life, fault: Fault): void {
    switch (fault.what) {
      case "again":
        this.#again(life, fault.pick);
        return;
      case "cancel":
      case "resume":
        this.#steerAt(life, fault.what, fault.run);
        return;
      case "pause":
        this.#steerAt(life, "pause", fault.run);
        if (fault.ms !== undefined) this.#resumeAfter(fault.run, fault.ms);
        return;
      case "call off":
        this.#callOff(life, fault.pick);
        return;
      case "reset":
        this.#reset(life, fault);
    }
  }

  steer(life: Life, what: Steer, run: RunWitness): void {
    const { chronicle } = this.#options;
    chronicle.tell(`${what} ${run.id}`);
    const { service } = life;
    const of = { runId: run.id };
    const calls = { cancel: "cancelRun", pause: "pauseRun", resume: "resumeRun" } as const;
    service[calls[what]](of).then(
      () => {
        if (what === "cancel" && !run.events.some(({ event }) => event === "CancelRequested") && !run.ended)
          chronicle.fail("decision", `the cancel of ${run.id} was taken and is not on disk`);
      },
      this.#mayBeLate(life, what),
    );
  }

  #steerAt(life: Life, what: Steer, index: number): void {
    const run = this.#options.starts.run(index);
    if (run !== undefined && !run.ended) this.steer(life, what, run);
  }

  #resumeAfter(index: number, ms: number): void {
    const { virtual } = this.#options;
    virtual.at(virtual.now() + ms, () => {
      const life = this.#options.life();
      if (life) this.#steerAt(life, "resume", index);
    });
  }

  #callOff(life: Life, pick: number): void {
    const { chronicle } = this.#options;
    const running = chronicle.runs
      .filter(({ ended }) => !ended)
      .flatMap((run) => run.running().map((node) => ({ run, node })));
    const chosen = running[pick % Math.max(1, running.length)];
    if (chosen === undefined) return;
    const { run, node } = chosen;
    const before = run.events.length;
    chronicle.tell(`call off ${node} of ${run.id}`);
    life.service.cancelRun({ runId: run.id, node }).then(
      () => {
        const told = run.events.slice(before).some((event) => isCalledOff(event, node));
        if (!told) chronicle.fail("decision", `${node} of ${run.id} was called off, which is not on disk`);
      },
      this.#mayBeLate(life, "call off"),
    );
  }

  /** As soon as there is one to close. */
  #reset(life: Life, fault: Extract<Fault, { readonly what: "call off" | "reset" }>): void {
    const { chronicle, watch, faults } = this.#options;
    const views = life.host.breakers();
    const chosen = views[fault.pick % Math.max(1, views.length)];
    if (chosen === undefined) {
      faults.postpone(fault);
      return;
    }
    chronicle.tell(`reset ${chosen.service}`);
    // In the same order as the engine: it may have closed by itself until then.
    life.host.post(() => {
      if (life.host.breakers().some(({ service }) => service === chosen.service)) watch.reset(chosen.service);
    });
    life.host.resetBreaker(chosen.service).catch(this.#mayBeLate(life, "reset"));
  }

  /** Something that was recorded long ago comes once more: it has to be refused, and to change nothing. */
  #again(life: Life, pick: number): void {
    const { chronicle } = this.#options;
    const facts = chronicle.runs
      .filter(({ id }) => life.host.runs.has(id))
      .flatMap(({ id, events }) =>
        events.filter(({ event }) => ONCE.includes(event)).map((event) => ({ id, event })),
      );
    const chosen = facts[pick % Math.max(1, facts.length)];
    if (chosen === undefined) return;
    const { seq, at: _at, ...body } = chosen.event;
    chronicle.tell(`event ${seq} of ${chosen.id} comes again`);
    life.host.post(() => chronicle.guarded(() => refuses(life, chosen.id, seq, body as EventBody)));
  }

  #mayBeLate(life: Life, what: string): (error: unknown) => void {
    return (error) => {
      if (life.dead) return;
      const code = error instanceof LayerloomError ? error.code : "";
      if (!TOO_LATE.includes(code)) this.#options.chronicle.fail("refused", `${what} met ${String(error)}`);
    };
  }
}

/** Throws Broken when the engine takes it in, or refuses it and is not as it was before. */
function refuses({ host }: Life, runId: string, seq: number, body: EventBody): void {
  const run = host.runs.get(runId);
  if (run === undefined) return;
  const before = encodeState(run.program.plan, run.state);
  try {
    host.feed(run, body);
  } catch (error) {
    if (!(error instanceof LayerloomError) || error.code !== "ILLEGAL_EVENT")
      throw new Broken("again", `event ${seq} of ${runId} met ${String(error)}`);
    if (encodeState(run.program.plan, run.state) !== before)
      throw new Broken("again", `event ${seq} of ${runId} was refused and changed the state`);
    return;
  }
  throw new Broken("again", `event ${seq} of ${runId} was accepted a second time`);
}

function isCalledOff(event: JournalEvent, node: string): boolean {
  return event.event === "AttemptFailed" && event.node === node && event.failure.code === "ATTEMPT_CANCELLED";
}
