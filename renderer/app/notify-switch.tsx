/** Switches notifications of the system on and off; a browser asks the person first. */
import { Bell, BellOff } from "lucide-react";
import type { ReactNode } from "react";
import { askToNotify } from "#renderer/bridge/notices.ts";
import { translate, useT } from "#renderer/i18n/i18n.ts";
import { showError, showToast } from "#renderer/state/toast-store.ts";
import { setNotify, useUi } from "#renderer/state/ui-store.ts";
import { IconButton } from "#renderer/ui/button.tsx";

export function NotifySwitch(): ReactNode {
  const t = useT();
  const on = useUi((state) => state.notify);
  return (
    <IconButton
      label={t(on ? "news.on" : "news.off")}
      pressed={on}
      onClick={() => void (on ? setNotify(false) : switchOn().catch(showError))}
    >
      {on ? <Bell size={16} /> : <BellOff size={16} />}
    </IconButton>
  );
}

async function switchOn(): Promise<void> {
  if (await askToNotify()) setNotify(true);
  else showToast("info", translate("news.refused"));
}
