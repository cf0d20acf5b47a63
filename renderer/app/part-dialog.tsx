/** Before a part of the pipeline runs: which nodes run again, which give an old result, and why. Enter starts. */
import type { ReactNode } from "react";
import type { NodePreview, PartialRun, RunPreview } from "#contract/engine-api.ts";
import { useT } from "#renderer/i18n/i18n.ts";
import { useDocument } from "#renderer/state/document-store.ts";
import { startPart } from "#renderer/state/part.ts";
import { closeDialog, useUi } from "#renderer/state/ui-store.ts";
import { Button } from "#renderer/ui/button.tsx";
import { Dialog } from "#renderer/ui/dialog.tsx";
import { formatWhen } from "#renderer/ui/format.ts";
import { PinGlyph } from "#renderer/ui/pin-glyph.tsx";

type Props = { readonly partial: PartialRun; readonly preview: RunPreview };

const GLYPHS: Readonly<Record<NodePreview["does"], ReactNode>> = {
  runs: "●",
  "taken-over": "»",
  pinned: <PinGlyph size={12} />,
  "left-out": "·",
};

export function PartDialog({ partial, preview }: Props): ReactNode {
  const t = useT();
  const language = useUi((state) => state.language);
  const title = useTitles();
  const { basedOn, nodes } = preview;
  const running = nodes.filter(({ does }) => does === "runs").length;
  const shown = nodes.filter(({ why }) => why !== "outside");
  const start = (): void => {
    closeDialog();
    void startPart(partial, preview);
  };
  return (
    <Dialog
      title={t(`part.title.${partial.mode}`, { name: title(partial.node) })}
      onClose={closeDialog}
      className="app-part"
      footer={
        <>
          <Button onClick={closeDialog}>{t("app.cancel")}</Button>
          <Button kind="primary" onClick={start}>
            {running === 0
              ? t("part.startNone")
              : running === 1
                ? t("part.startOne")
                : t("part.start", { n: running })}
          </Button>
        </>
      }
    >
      {basedOn && (
        <p className="app-part-base">
          {t("part.basedOn", {
            when: formatWhen(basedOn.startedAt, language),
            id: basedOn.runId.slice(0, 6),
          })}
        </p>
      )}
      <ul className="app-part-list" aria-label={t("part.list")}>
        {shown.map((entry) => (
          <Row key={entry.node} entry={entry} title={title} />
        ))}
      </ul>
      {shown.length < nodes.length && (
        <p className="app-part-base">{t("part.leftOut", { n: nodes.length - shown.length })}</p>
      )}
    </Dialog>
  );
}

function Row({
  entry,
  title,
}: {
  readonly entry: NodePreview;
  readonly title: (id: string) => string;
}): ReactNode {
  const t = useT();
  const { node, does, why, of = "" } = entry;
  const stale = does === "taken-over" && why === "changed";
  return (
    <li data-does={does}>
      <span className="app-part-glyph" aria-hidden="true">
        {GLYPHS[does]}
      </span>
      <span className="app-part-does">{t(`part.does.${does}`)}</span>
      <span className="app-part-node">{title(node)}</span>
      <span className="app-part-why">
        {t(`part.why.${stale ? "stale" : why}`, { of: why === "follows" ? title(of) : of })}
      </span>
    </li>
  );
}

function useTitles(): (id: string) => string {
  const nodes = useDocument((state) => state.definition.nodes);
  return (id) => nodes[id]?.title ?? id;
}
