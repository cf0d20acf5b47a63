/**
 * The node search at the cursor: type, choose, done. For a wire let go on the empty canvas it offers what the wire
 * fits: nodes that are there already, then new ones.
 */
import { Command } from "cmdk";
import { type ReactNode, useEffect, useMemo, useRef } from "react";
import type { ActivityInfo } from "#contract/activity-info.ts";
import { LAYERS, type Layer } from "#contract/definition.ts";
import { useT, useTOr } from "#renderer/i18n/i18n.ts";
import { useDocument } from "#renderer/state/document-store.ts";
import { useActivities } from "#renderer/state/engine-store.ts";
import { ActivityIcon } from "#renderer/ui/activity-icon.tsx";
import { LayerIcon } from "#renderer/ui/layer-icon.tsx";
import { addActivity, connectWire } from "./actions.ts";
import { type SearchRequest, useCanvas } from "./canvas-store.ts";
import { type Fit, judgeFrom, judgeInto } from "./connection-rules.ts";
import { searchScore } from "./search-score.ts";

const WIDTH = 300;
const HEIGHT = 360;

export function NodeSearch(): ReactNode {
  const request = useCanvas((state) => state.search);
  return request ? <Open key={`${request.screen.x},${request.screen.y}`} request={request} /> : null;
}

function close(): void {
  useCanvas.setState({ search: undefined });
  document.querySelector<HTMLElement>(".ll-canvas")?.focus({ preventScroll: true });
}

function Open({ request }: { readonly request: SearchRequest }): ReactNode {
  const t = useT();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const away = (event: PointerEvent) => {
      if (!box.current?.contains(event.target as Node)) close();
    };
    document.addEventListener("pointerdown", away, true);
    return () => document.removeEventListener("pointerdown", away, true);
  }, []);
  const left = Math.max(8, Math.min(request.screen.x, window.innerWidth - WIDTH - 8));
  const top = Math.max(8, Math.min(request.screen.y, window.innerHeight - HEIGHT - 8));
  return (
    <div
      ref={box}
      role="dialog"
      aria-label={t("canvas.search.label")}
      className="ll-search"
      style={{ left, top, width: WIDTH, maxHeight: HEIGHT }}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Escape" || event.key === "Tab") {
          event.preventDefault();
          close();
        }
      }}
    >
      <Command label={t("canvas.search.label")} loop filter={searchScore}>
        <Command.Input autoFocus className="ll-search-input" placeholder={t("canvas.search.placeholder")} />
        <Command.List className="ll-search-list">
          <Command.Empty className="ll-search-empty">{t("canvas.search.none")}</Command.Empty>
          {request.wire && <Existing wire={request.wire} />}
          <Fresh request={request} />
        </Command.List>
      </Command>
    </div>
  );
}

type Offered = { readonly info: ActivityInfo; readonly layer: Layer | undefined };

function Fresh({ request }: { readonly request: SearchRequest }): ReactNode {
  const or = useTOr();
  const t = useT();
  const activities = useActivities();
  const groups = useMemo(() => {
    const byLayer = LAYERS.map((layer) => ({
      key: layer,
      title: t(`layer.${layer}`),
      items: activities
        .filter((info) => info.layers.includes(layer))
        .map((info): Offered => ({ info, layer })),
    }));
    const control = activities
      .filter((info) => info.layers.length === 0)
      .map((info): Offered => ({ info, layer: undefined }));
    return [...byLayer, { key: "control", title: t("canvas.search.control"), items: control }];
  }, [activities, t]);
  const choose = ({ info, layer }: Offered) => {
    close();
    addActivity(info, request.at, { layer, wire: request.wire, edge: request.edge });
  };
  return groups.map((group) =>
    group.items.length === 0 ? null : (
      <Command.Group key={group.key} heading={group.title}>
        {group.items.map((offered) => {
          const { info, layer } = offered;
          const title = or(`activity.${info.name}.title`, info.title);
          return (
            <Command.Item
              key={info.name}
              value={`${group.key} ${info.name}`}
              keywords={[title, info.title, info.description, group.title]}
              onSelect={() => choose(offered)}
            >
              {layer ? <LayerIcon layer={layer} size={14} /> : <ActivityIcon name={info.icon} size={14} />}
              <span>{title}</span>
              <code>{info.name}</code>
            </Command.Item>
          );
        })}
      </Command.Group>
    ),
  );
}

function Existing({ wire }: { readonly wire: NonNullable<SearchRequest["wire"]> }): ReactNode {
  const t = useT();
  const definition = useDocument((state) => state.definition);
  const fitting = useMemo(() => {
    const judge =
      wire.type === "source" ? judgeFrom(definition, wire.node, wire.port) : judgeInto(definition, wire.node);
    return Object.keys(definition.nodes)
      .map((id): readonly [string, Fit] => [id, judge(id)])
      .flatMap(([id, fit]) => (fit.fits ? [{ id, edge: fit.edge }] : []))
      .slice(0, 200);
  }, [definition, wire]);
  if (fitting.length === 0) return null;
  return (
    <Command.Group heading={t("canvas.search.existing")}>
      {fitting.map(({ id, edge }) => (
        <Command.Item
          key={id}
          value={`existing ${id}`}
          keywords={[definition.nodes[id]?.title ?? id]}
          onSelect={() => {
            close();
            connectWire(edge);
          }}
        >
          <LayerIcon layer={definition.nodes[id]?.layer} size={14} />
          <span>{definition.nodes[id]?.title ?? id}</span>
          <code>{t(`canvas.kind.${edge.kind}`)}</code>
        </Command.Item>
      ))}
    </Command.Group>
  );
}
