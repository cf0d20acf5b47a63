/**
 * The palette: activities by layer, to drag onto the canvas, or to add by Enter or double click. One tab stop; arrows
 * walk through the items. Knows the canvas only by its port.
 */
import "./palette.css";
import { type KeyboardEvent, type ReactNode, useMemo, useState } from "react";
import type { ActivityInfo } from "#contract/activity-info.ts";
import type { Layer } from "#contract/definition.ts";
import { useT, useTOr } from "#renderer/i18n/i18n.ts";
import { canvasPort } from "#renderer/state/canvas-port.ts";
import { useActivities } from "#renderer/state/engine-store.ts";
import { useReadOnly } from "#renderer/state/view.ts";
import { writeActivityDrag } from "#renderer/ui/activity-drag.ts";
import { ActivityIcon } from "#renderer/ui/activity-icon.tsx";
import { isComposing } from "#renderer/ui/keys.ts";
import { LayerIcon, layerColour } from "#renderer/ui/layer-icon.tsx";
import { groupActivities, type PaletteGroup } from "./groups.ts";
import { moveFocus } from "./move-focus.ts";

export function Palette(): ReactNode {
  const t = useT();
  const or = useTOr();
  const activities = useActivities();
  const [query, setQuery] = useState("");
  const groups = useMemo(
    () => groupActivities(activities, query, (info) => or(`activity.${info.name}.title`, info.title)),
    [activities, query, or],
  );
  const first = groups[0]?.items[0];
  return (
    <div className="pl-palette">
      <input
        type="search"
        className="ui-input pl-search"
        placeholder={t("palette.find")}
        aria-label={t("palette.find")}
        value={query}
        onChange={(event) => setQuery(event.target.value)}
        onKeyDown={(event) => {
          if (isComposing(event)) return;
          if (event.key === "Enter" && query !== "" && first) add(first, groups[0]?.layer);
          if (event.key === "ArrowDown")
            moveFocus(event, event.currentTarget.parentElement, "[data-palette-item]", 1);
        }}
      />
      {groups.length === 0 && activities.length > 0 && <p className="pl-none">{t("palette.none")}</p>}
      {groups.map((group) => (
        <Group key={group.layer ?? "control"} group={group} start={group === groups[0]} />
      ))}
    </div>
  );
}

function add(info: ActivityInfo, layer: Layer | undefined): void {
  canvasPort()?.addActivity(info.name, layer);
}

function Group({ group, start }: { readonly group: PaletteGroup; readonly start: boolean }): ReactNode {
  const t = useT();
  const id = `pl-group-${group.layer ?? "control"}`;
  return (
    <section aria-labelledby={id} className="pl-group">
      <h2 id={id} className="pl-heading" style={{ color: layerColour(group.layer) }}>
        {group.layer ? <LayerIcon layer={group.layer} size={15} /> : <span className="pl-heading-space" />}
        {group.layer ? t(`layer.${group.layer}`) : t("palette.control")}
      </h2>
      <ul>
        {group.items.map((info, index) => (
          <Item key={info.name} info={info} layer={group.layer} tabStop={start && index === 0} />
        ))}
      </ul>
    </section>
  );
}

type ItemProps = {
  readonly info: ActivityInfo;
  readonly layer: Layer | undefined;
  readonly tabStop: boolean;
};

function Item({ info, layer, tabStop }: ItemProps): ReactNode {
  const or = useTOr();
  const t = useT();
  const readOnly = useReadOnly();
  const title = or(`activity.${info.name}.title`, info.title);
  const description = or(`activity.${info.name}.description`, info.description);
  const onKeyDown = (event: KeyboardEvent<HTMLButtonElement>) => {
    const list = event.currentTarget.closest(".pl-palette");
    if (event.key === "ArrowDown") moveFocus(event, list, "[data-palette-item]", 1);
    if (event.key === "ArrowUp") moveFocus(event, list, "[data-palette-item]", -1);
  };
  return (
    <li>
      <button
        type="button"
        className="pl-item"
        data-palette-item=""
        tabIndex={tabStop ? 0 : -1}
        disabled={readOnly}
        draggable={!readOnly}
        title={`${description}\n${t("palette.hint")}`}
        onDragStart={(event) => writeActivityDrag(event.dataTransfer, { name: info.name, layer })}
        onDoubleClick={() => add(info, layer)}
        onKeyDown={onKeyDown}
        onClick={(event) => {
          // Enter and Space come as a click without a pointer.
          if (event.detail === 0) add(info, layer);
        }}
      >
        <span className="pl-item-icon">
          <ActivityIcon name={info.icon} size={14} />
        </span>
        <span className="pl-item-title">{title}</span>
      </button>
    </li>
  );
}
