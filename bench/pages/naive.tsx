/** Plain React Flow as one writes it first: status in the nodes, every update a `setNodes` (with `?batched`: every
 * message of about a hundred updates). */
import {
  type Edge,
  Handle,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
  useNodesState,
} from "@xyflow/react";
import "@xyflow/react/dist/style.css";
import "#renderer/canvas/canvas.css";
import "#renderer/ui/tokens.css";
import "#renderer/ui/base.css";
import "#renderer/ui/controls.css";
import { GitBranch } from "lucide-react";
import { memo, type ReactNode } from "react";
import { createRoot } from "react-dom/client";
import { gridPipeline, nodeId } from "./graph.ts";
import { type NodeUpdate, nodesVisible, offer, PROBE } from "./protocol.ts";

type Plain = Node<{ readonly title: string; readonly status: string; readonly summary: string }, "plain">;

/** The same anatomy and the same style sheet as our card, so that both pages draw the same picture. */
const PlainNode = memo(function PlainNode({ data }: NodeProps<Plain>): ReactNode {
  return (
    <div className="ll-card" data-layer="reasoning" data-status={data.status} style={{ height: 120 }}>
      <div className="ll-card-box">
        <div className="ll-card-head">
          <span className="ll-card-icon">
            <GitBranch size={15} />
          </span>
          <span className="ll-card-title">{data.title}</span>
          <span className="ll-card-letter">R</span>
        </div>
        <div className="ll-card-summary">transform</div>
        <div className="ll-card-live" data-kind="output">
          <span className="summary">{data.summary}</span>
        </div>
        <div className="ll-card-foot">
          <span className="ui-state" data-status={data.status}>
            <span className="ui-state-glyph">◐</span>
            <span>{data.status}</span>
          </span>
          <span className="ll-card-facts">$0.01 · 120 tok · 1.2 s</span>
        </div>
      </div>
      <Handle type="target" position={Position.Left} className="ll-port" />
      <Handle type="source" position={Position.Right} className="ll-port" />
    </div>
  );
});
const NODE_TYPES = { plain: PlainNode };
let apply: (updates: readonly NodeUpdate[]) => void = () => undefined;

function Flow({ start, edges }: { readonly start: Plain[]; readonly edges: Edge[] }): ReactNode {
  const [nodes, setNodes, onNodesChange] = useNodesState(start);
  const change = (updates: readonly NodeUpdate[]) => {
    const changed = new Map(updates.map((update) => [nodeId(update.index), update]));
    setNodes((before) =>
      before.map((node) => {
        const update = changed.get(node.id);
        return update
          ? { ...node, data: { ...node.data, status: update.status, summary: update.summary } }
          : node;
      }),
    );
  };
  apply = location.search.includes("batched")
    ? change
    : (updates) => {
        for (const update of updates) change([update]);
      };
  return (
    <ReactFlow
      nodes={nodes}
      edges={edges}
      nodeTypes={NODE_TYPES}
      onNodesChange={onNodesChange}
      minZoom={0.05}
    />
  );
}

offer({
  firstRender: async (count) => {
    const { nodes, edges, layout } = gridPipeline(count);
    const start = performance.now();
    const plain = Object.entries(nodes).map(([id, node]): Plain => {
      const [x, y] = layout?.[id] ?? [0, 0];
      return {
        id,
        type: "plain",
        position: { x, y },
        data: { title: node.title ?? id, status: "idle", summary: "" },
      };
    });
    const wires = edges.map((edge, index): Edge => ({ id: `e${index}`, source: edge.from, target: edge.to }));
    createRoot(document.getElementById("root") as HTMLElement).render(<Flow start={plain} edges={wires} />);
    await nodesVisible();
    return performance.now() - start;
  },
  apply: (updates) => apply(updates),
  probe: () => document.querySelector(`[data-id="${nodeId(PROBE)}"] .summary`)?.textContent ?? "",
});
