/** What the engine says about itself: its facts, its activities and templates, all runs, the inbox, the connection. */
import { useMemo } from "react";
import { create } from "zustand";
import type { ActivityInfo } from "#contract/activity-info.ts";
import type { DatabaseHealth } from "#contract/database.ts";
import type { EngineInfo, Template } from "#contract/engine-api.ts";
import type { HumanTask, RunSummary } from "#contract/run.ts";
import type { Connection, ConnectionState } from "#renderer/bridge/connection.ts";
import { getEngine } from "#renderer/bridge/engine.ts";
import { showError } from "#renderer/state/toast-store.ts";

const PAGE = 50;

type EngineState = {
  readonly connection: ConnectionState;
  readonly info: EngineInfo | undefined;
  readonly activities: readonly ActivityInfo[];
  readonly templates: readonly Template[] | undefined;
  readonly runs: readonly RunSummary[] | undefined;
  readonly inbox: readonly HumanTask[];
  readonly database: DatabaseHealth;
};

const WELL: DatabaseHealth = { state: "ok" };

export const useEngineState = create<EngineState>(() => ({
  connection: "connecting",
  info: undefined,
  activities: [],
  templates: undefined,
  runs: undefined,
  inbox: [],
  database: WELL,
}));

export function useActivities(): readonly ActivityInfo[] {
  return useEngineState((state) => state.activities);
}

export function useActivity(name: string | undefined): ActivityInfo | undefined {
  const activities = useActivities();
  return useMemo(() => activities.find((activity) => activity.name === name), [activities, name]);
}

/** Follows the connection and loads what the screen needs, again after every reconnect. */
export function followEngine(connection: Pick<Connection, "state" | "subscribe">): void {
  const note = (): void => {
    const state = connection.state();
    useEngineState.setState({ connection: state });
    if (state === "open") void loadFacts().catch(showError);
  };
  connection.subscribe(note);
  note();
  watchAll();
}

async function loadFacts(): Promise<void> {
  const engine = getEngine();
  const [info, activities, templates] = await Promise.all([
    engine.info(),
    engine.activities(),
    engine.templates(),
  ]);
  useEngineState.setState({ info, activities, templates });
}

function watchAll(): void {
  getEngine().watchEngine(({ runs, inbox, database = WELL }) =>
    useEngineState.setState((state) => ({ runs: mergeRuns(state.runs ?? [], runs), inbox, database })),
  );
}

/** After a backup took the place of the database: runs that it does not know are gone. */
export async function reloadRuns(): Promise<void> {
  useEngineState.setState({ runs: await getEngine().listRuns({ limit: PAGE }) });
}

/** Newest first; entries of `newer` replace those of the same run. */
function mergeRuns(older: readonly RunSummary[], newer: readonly RunSummary[]): readonly RunSummary[] {
  const runs = new Map(older.map((run) => [run.id, run]));
  for (const run of newer) runs.set(run.id, run);
  return [...runs.values()].sort((a, b) => b.startedAt - a.startedAt);
}

/** Older runs than those shown, at the end of the list. Resolves to false when there are none. */
export async function loadOlderRuns(): Promise<boolean> {
  const last = useEngineState.getState().runs?.at(-1);
  if (!last) return false;
  const older = await getEngine().listRuns({ before: last.id, limit: PAGE });
  useEngineState.setState((state) => ({ runs: mergeRuns(state.runs ?? [], older) }));
  return older.length > 0;
}
