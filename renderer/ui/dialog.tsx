/** A modal dialog on the browser's own `<dialog>`: it traps focus, closes on Escape, gives focus back. */
import { X } from "lucide-react";
import { type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { useT } from "#renderer/i18n/i18n.ts";
import { IconButton } from "#renderer/ui/button.tsx";

type DialogProps = {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly footer?: ReactNode;
  readonly className?: string;
};

export function Dialog({ title, onClose, children, footer, className = "" }: DialogProps): ReactNode {
  const t = useT();
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useLayoutEffect(() => {
    const dialog = ref.current;
    if (!dialog || dialog.open) return;
    dialog.showModal();
    // The browser would take the close button; a dialog that asks for something starts at its first field.
    dialog
      .querySelector<HTMLElement>(
        ".ui-dialog-body input, .ui-dialog-body textarea, .ui-button[data-kind='primary']",
      )
      ?.focus();
    // Closed while it is still in the page: the browser gives the focus back only then.
    return () => dialog.close();
  }, []);
  return (
    <dialog
      ref={ref}
      className={`ui-dialog ${className}`}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <header className="ui-dialog-head">
        <h2 id={titleId} className="ui-dialog-title">
          {title}
        </h2>
        <IconButton label={t("app.close")} keys="Esc" onClick={onClose}>
          <X size={16} />
        </IconButton>
      </header>
      <div className="ui-dialog-body">{children}</div>
      {footer !== undefined && <footer className="ui-dialog-foot">{footer}</footer>}
    </dialog>
  );
}
