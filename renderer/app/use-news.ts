/**
 * Tells of runs that need a person: by a message in the window while it is looked at, else by a notification of the
 * system. Of what pipelines write only their name gets out, as a title.
 */
import { useEffect } from "react";
import type { Notice, NoticeTarget } from "#contract/desktop.ts";
import { escalationPlace } from "#contract/escalation-place.ts";
import { getDesktop } from "#renderer/bridge/desktop.ts";
import { showNotice } from "#renderer/bridge/notices.ts";
import { translate } from "#renderer/i18n/i18n.ts";
import { useEngineState } from "#renderer/state/engine-store.ts";
import { type News, newsOf } from "#renderer/state/news.ts";
import { NewsGatherer } from "#renderer/state/news-gatherer.ts";
import { openRun, runBoard } from "#renderer/state/run-store.ts";
import { showToast } from "#renderer/state/toast-store.ts";
import { showBottomTab, useUi } from "#renderer/state/ui-store.ts";

const TITLE_LENGTH = 80;

export function useNews(): void {
  useEffect(() => {
    const gatherer = new NewsGatherer((news) => {
      if (!isLookedAt()) notify(news);
      else {
        tellHere(news);
        gatherer.seen();
      }
    });
    const back = (): void => {
      gatherer.seen();
      showNotice(undefined, open);
    };
    window.addEventListener("focus", back);
    const stops = [
      useEngineState.subscribe((state, before) => gatherer.add(newsOf(before, state))),
      getDesktop()?.onNotice(open),
      () => window.removeEventListener("focus", back),
    ];
    return () => {
      for (const stop of stops) stop?.();
      gatherer.seen();
    };
  }, []);
}

const isLookedAt = (): boolean => document.visibilityState === "visible" && document.hasFocus();

/** What several news have in common is only that they wait for an answer: the inbox. */
function open(target: NoticeTarget | undefined): void {
  if (target) void openRun(target.runId, target.node);
  else showBottomTab("inbox");
}

function notify(news: readonly News[]): void {
  if (useUi.getState().notify) showNotice(noticeOf(news), open);
}

function noticeOf(news: readonly News[]): Notice | undefined {
  const [one, ...more] = news;
  if (!one) return undefined;
  if (more.length > 0) return { title: "Layerloom", body: translate("news.many", { n: news.length }) };
  const { at, pipeline, need } = one;
  return { title: titleOf(pipeline), body: translate(`news.${need}`), target: at };
}

/** One short line: no breaks, no characters that turn the direction of what follows. */
const titleOf = (pipeline: string): string =>
  pipeline
    .replace(/[\p{C}\p{Z}]+/gu, " ")
    .trim()
    .slice(0, TITLE_LENGTH) || "Layerloom";

/** The run on screen tells of itself, over its bar. */
function tellHere(news: readonly News[]): void {
  const shown = runBoard.head.get("head")?.summary.id;
  const [one, ...more] = news.filter(({ runId }) => runId !== shown);
  if (!one) return;
  const { at, pipeline, need, escalation } = one;
  const says = escalation
    ? translate(`runs.escalation.${escalation.reason}`, { node: escalationPlace(escalation) })
    : translate(`news.${need}`);
  const act = (target?: NoticeTarget) => ({ label: translate("news.show"), run: () => open(target) });
  if (more.length > 0) showToast("info", translate("news.many", { n: more.length + 1 }), { act: act() });
  else showToast("info", `${pipeline}: ${says}`, { act: act(at) });
}
