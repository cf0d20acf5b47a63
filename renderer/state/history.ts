/** Undo and redo as plain data: a list of what was, a list of what was undone. Gestures of the same group are one step. */

export type Step<S> = {
  readonly label: string;
  readonly before: S;
  readonly group?: string | undefined;
  readonly at: number;
};
export type History<S> = { readonly past: readonly Step<S>[]; readonly future: readonly Step<S>[] };

const LIMIT = 200;
/** Steps of one group closer than this are one gesture. */
const GROUP_MS = 900;

export const emptyHistory: History<never> = { past: [], future: [] };

/** Records that `before` is about to be left. */
export function record<S>(history: History<S>, step: Step<S>): History<S> {
  const last = history.past.at(-1);
  if (step.group !== undefined && last?.group === step.group && step.at - last.at < GROUP_MS) {
    return { past: [...history.past.slice(0, -1), { ...last, at: step.at }], future: [] };
  }
  return { past: [...history.past, step].slice(-LIMIT), future: [] };
}

export type Travel<S> = { readonly history: History<S>; readonly state: S; readonly label: string };

export function undo<S>(history: History<S>, now: S): Travel<S> | undefined {
  const step = history.past.at(-1);
  if (!step) return undefined;
  const future = [...history.future, { label: step.label, before: now, at: step.at }];
  return { history: { past: history.past.slice(0, -1), future }, state: step.before, label: step.label };
}

export function redo<S>(history: History<S>, now: S): Travel<S> | undefined {
  const step = history.future.at(-1);
  if (!step) return undefined;
  const past = [...history.past, { label: step.label, before: now, at: step.at }];
  return { history: { past, future: history.future.slice(0, -1) }, state: step.before, label: step.label };
}
