/** Shows the toast store. Errors are worded by their code in the chosen language, with the engine's own words below. */
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { useT } from "#renderer/i18n/i18n.ts";
import { dismissToast, type Toast, useToasts } from "#renderer/state/toast-store.ts";
import { Button, IconButton } from "#renderer/ui/button.tsx";
import { ErrorText } from "#renderer/ui/error-text.tsx";

export function Toasts(): ReactNode {
  const toasts = useToasts((state) => state.toasts);
  return (
    <div className="ui-toasts" role="status" aria-live="polite">
      {toasts.map((toast) => (
        <ToastCard key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function ToastCard({ toast }: { readonly toast: Toast }): ReactNode {
  const t = useT();
  const { act } = toast;
  return (
    <div className="ui-toast" data-kind={toast.kind}>
      <div className="ui-toast-body">{toast.error ? <ErrorText error={toast.error} /> : toast.text}</div>
      {act && (
        <Button
          onClick={() => {
            dismissToast(toast.id);
            act.run();
          }}
        >
          {act.label}
        </Button>
      )}
      <IconButton label={t("app.dismiss")} onClick={() => dismissToast(toast.id)}>
        <X size={14} />
      </IconButton>
    </div>
  );
}
