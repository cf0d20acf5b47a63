/**
 * The ports of a node: where wires start and end. Outcomes that no wire leaves by yet carry their name as a tag;
 * for the others the wire's own label says it.
 */
import { Handle, Position } from "@xyflow/react";
import { memo, type ReactNode } from "react";
import { useT, useTOr } from "#renderer/i18n/i18n.ts";
import { ERROR_PORT, OUTCOME_PREFIX, type Port } from "./geometry.ts";
import type { CardData } from "./graph-model.ts";

const SIDES = { left: Position.Left, right: Position.Right, top: Position.Top, bottom: Position.Bottom };

const isVirtual = (port: Port) => port.id !== ERROR_PORT && (port.side === "top" || port.side === "bottom");

export const CardPorts = memo(function CardPorts({ data, far }: { data: CardData; far: boolean }): ReactNode {
  if (far) return <FarPorts />;
  return data.ports
    .filter((port) => !isVirtual(port))
    .map((port) => <PortDot key={port.id} port={port} data={data} />);
});

/** React Flow looks for one place to leave and one to enter; far out nobody draws a wire, so plain boxes will do. */
function FarPorts(): ReactNode {
  return (
    <>
      <i className="ll-far-port source" data-handlepos="right" />
      <i className="ll-far-port target" data-handlepos="left" />
    </>
  );
}

function PortDot({ port, data }: { port: Port; data: CardData }): ReactNode {
  const t = useT();
  const or = useTOr();
  const used = data.used.has(port.id);
  const name =
    port.outcome !== undefined
      ? or(`canvas.outcome.${port.outcome}`, port.outcome)
      : port.type === "target"
        ? t("canvas.port.in")
        : port.id === ERROR_PORT
          ? t("canvas.port.error")
          : t("canvas.port.out");
  return (
    <>
      <Handle
        id={port.id}
        type={port.type}
        position={SIDES[port.side]}
        className="ll-port"
        data-kind={port.id.startsWith(OUTCOME_PREFIX) ? "outcome" : port.id}
        data-used={used || undefined}
        style={{ left: port.x, top: port.y, right: "auto", bottom: "auto" }}
        title={name}
        isConnectable={!data.readOnly}
      />
      {port.outcome !== undefined && (
        <span
          className="ll-port-tag"
          data-used={used || undefined}
          style={{ left: port.x + 10, top: port.y }}
        >
          {name}
        </span>
      )}
    </>
  );
}
