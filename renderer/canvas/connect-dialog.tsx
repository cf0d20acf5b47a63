/** "Connect to…" for the keyboard: choose the way out, then the node; each says what the wire would become. */
import { Command } from "cmdk";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { useT, useTOr } from "#renderer/i18n/i18n.ts";
import { useDocument } from "#renderer/state/document-store.ts";
import { useActivity } from "#renderer/state/engine-store.ts";
import { Dialog } from "#renderer/ui/dialog.tsx";
import { Field } from "#renderer/ui/field.tsx";
import { LayerIcon } from "#renderer/ui/layer-icon.tsx";
import { connectWire } from "./actions.ts";
import { useCanvas } from "./canvas-store.ts";
import { judgeFrom } from "./connection-rules.ts";
import { DEFAULT_PORT, ERROR_PORT, OUTCOME_PREFIX } from "./geometry.ts";
import { outcomesOf } from "./outcomes.ts";
import { searchScore } from "./search-score.ts";

export function ConnectDialog(): ReactNode {
  const from = useCanvas((state) => state.connectFrom);
  return from === undefined ? null : <Open from={from} />;
}

function close(): void {
  useCanvas.setState({ connectFrom: undefined });
}

function Open({ from }: { readonly from: string }): ReactNode {
  const t = useT();
  const or = useTOr();
  const definition = useDocument((state) => state.definition);
  const node = definition.nodes[from];
  const info = useActivity(node?.uses);
  const outcomes = node
    ? outcomesOf(
        node,
        info,
        definition.edges.filter((edge) => edge.from === from),
      )
    : [];
  const [port, setPort] = useState<string>(
    outcomes[0] === undefined ? DEFAULT_PORT : OUTCOME_PREFIX + outcomes[0],
  );
  const judged = useMemo(() => {
    const judge = judgeFrom(definition, from, port);
    return Object.keys(definition.nodes)
      .filter((id) => id !== from)
      .map((id) => ({ id, fit: judge(id) }));
  }, [definition, from, port]);
  // Nothing outside can be focused before the dialog is gone.
  useEffect(
    () => () => document.querySelector<HTMLElement>(".ll-canvas")?.focus({ preventScroll: true }),
    [],
  );
  return (
    <Dialog
      title={t("canvas.connect.title", { name: node?.title ?? from })}
      onClose={close}
      className="ll-connect"
    >
      <Field label={t("canvas.connect.by")}>
        {({ id }) => (
          <select id={id} className="ui-input" value={port} onChange={(event) => setPort(event.target.value)}>
            <option value={DEFAULT_PORT}>{t("canvas.port.out")}</option>
            {outcomes.map((outcome) => (
              <option key={outcome} value={OUTCOME_PREFIX + outcome}>
                {or(`canvas.outcome.${outcome}`, outcome)}
              </option>
            ))}
            <option value={ERROR_PORT}>{t("canvas.port.error")}</option>
          </select>
        )}
      </Field>
      <Command label={t("canvas.connect.to")} loop filter={searchScore} className="ll-connect-list">
        <Command.Input autoFocus className="ll-search-input" placeholder={t("canvas.connect.placeholder")} />
        <Command.List className="ll-search-list">
          <Command.Empty className="ll-search-empty">{t("canvas.search.none")}</Command.Empty>
          {judged.map(({ id, fit }) => (
            <Command.Item
              key={id}
              value={id}
              keywords={[definition.nodes[id]?.title ?? id]}
              disabled={!fit.fits}
              onSelect={() => {
                if (fit.fits) connectWire(fit.edge);
                close();
              }}
            >
              <LayerIcon layer={definition.nodes[id]?.layer} size={14} />
              <span>{definition.nodes[id]?.title ?? id}</span>
              <code>{fit.fits ? t(`canvas.kind.${fit.edge.kind}`) : t(`canvas.fit.${fit.reason}`)}</code>
            </Command.Item>
          ))}
        </Command.List>
      </Command>
    </Dialog>
  );
}
