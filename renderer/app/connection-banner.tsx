/** Says when the engine cannot be reached, and tries again on request. */
import { Unplug } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useT } from "#renderer/i18n/i18n.ts";
import { useEngineState } from "#renderer/state/engine-store.ts";
import { Button } from "#renderer/ui/button.tsx";

/** A short hiccup is not worth a banner; a long loss is worth an explanation. */
const PATIENCE_MS = 400;
const LONG_MS = 8_000;

export function ConnectionBanner({ retry }: { readonly retry: () => void }): ReactNode {
  const t = useT();
  const connection = useEngineState((state) => state.connection);
  const wasOpen = useRef(false);
  if (connection === "open") wasOpen.current = true;
  const [wait, setWait] = useState<"short" | "shown" | "long">("short");
  useEffect(() => {
    setWait("short");
    if (connection === "open") return;
    const timers = [
      setTimeout(() => setWait("shown"), PATIENCE_MS),
      setTimeout(() => setWait("long"), LONG_MS),
    ];
    return () => {
      for (const timer of timers) clearTimeout(timer);
    };
  }, [connection]);
  if (connection === "open" || wait === "short") return null;
  return (
    <div className="app-banner" data-tone="warning" role="alert">
      <Unplug size={16} aria-hidden="true" />
      {wasOpen.current ? (
        <span>
          {t("app.lost")} {wait === "long" && t("app.neverConnectedHint")}
        </span>
      ) : (
        <span>
          <strong>{t(connection === "connecting" ? "app.connecting" : "app.neverConnected")}</strong>{" "}
          {connection === "lost" && t("app.neverConnectedHint")}
        </span>
      )}
      {connection === "lost" && <Button onClick={retry}>{t("app.lostRetry")}</Button>}
    </div>
  );
}
