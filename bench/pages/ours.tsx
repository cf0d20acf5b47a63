/** Our canvas with our stores, fed by the same call that the connection to the engine makes. */
import "#renderer/ui/tokens.css";
import "#renderer/ui/base.css";
import "#renderer/ui/controls.css";
import { createRoot } from "react-dom/client";
import type { NodeView } from "#contract/run.ts";
import { Canvas } from "#renderer/canvas/canvas.tsx";
import { startI18n } from "#renderer/i18n/i18n.ts";
import { useDocument } from "#renderer/state/document-store.ts";
import { runBoard, useRunState } from "#renderer/state/run-store.ts";
import { gridPipeline, nodeId } from "./graph.ts";
import { nodesVisible, offer, PROBE } from "./protocol.ts";

startI18n("en");
const cost = { usd: 0.01, tokens: 120 };
let seq = 0;

offer({
  firstRender: async (count) => {
    const definition = gridPipeline(count);
    const start = performance.now();
    useDocument.setState({ definition, phase: "editing", epoch: 1 });
    useRunState.setState({ runId: "bench", frozen: { text: "", definition, places: {} }, opened: false });
    createRoot(document.getElementById("root") as HTMLElement).render(<Canvas />);
    await nodesVisible();
    return performance.now() - start;
  },
  apply: (updates) => {
    const nodes = updates.map(
      ({ index, status, summary }): NodeView => ({
        id: nodeId(index),
        status,
        summary,
        activations: 1,
        attempts: 1,
        attempt: 1,
        maxAttempts: 5,
        startedAt: Date.now() - 1200,
        cost,
      }),
    );
    runBoard.apply({
      runId: "bench",
      seq: seq++,
      summary: {
        id: "bench",
        pipeline: "bench",
        status: "running",
        simulated: true,
        startedAt: 0,
        cost,
        openTasks: 0,
      },
      nodes,
      edges: [],
      tasks: [],
      streams: [],
    });
  },
  probe: () => document.querySelector(`[data-id="${nodeId(PROBE)}"] .ll-card-live`)?.textContent ?? "",
});
