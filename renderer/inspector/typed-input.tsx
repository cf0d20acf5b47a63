/**
 * A field of text that is stored when it is left or on Enter (not while an input method composes), and keeps what was
 * typed, with the reason, when it cannot be stored.
 */
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { useT } from "#renderer/i18n/i18n.ts";
import { isComposing } from "#renderer/ui/keys.ts";
import { useForm } from "./form-context.ts";
import type { Typed } from "./typed-text.ts";

type Props = {
  readonly id: string;
  readonly describedBy: string | undefined;
  /** The stored value as text. */
  readonly shown: string;
  readonly read: (text: string) => Typed;
  readonly onCommit: (value: Extract<Typed, { ok: true }>["value"]) => void;
  readonly onReason: (reason: string | undefined) => void;
  readonly invalid: boolean;
  readonly style?: "line" | "text" | "mono" | "mono-line";
  readonly placeholder?: string | undefined;
  readonly path: string;
  readonly numeric?: boolean;
};

export function TypedInput(props: Props): ReactNode {
  const {
    id,
    describedBy,
    shown,
    read,
    onCommit,
    onReason,
    invalid,
    style = "line",
    placeholder,
    path,
  } = props;
  const t = useT();
  const { readOnly } = useForm();
  const [draft, setDraft] = useState<string>();
  const latest = useRef(shown);
  // A change from outside (undo, the text pane) wins over a draft that was never stored.
  useEffect(() => {
    if (latest.current === shown) return;
    latest.current = shown;
    setDraft(undefined);
    onReason(undefined);
  }, [shown, onReason]);

  const store = () => {
    if (draft === undefined) return;
    if (draft === shown) {
      setDraft(undefined);
      onReason(undefined);
      return;
    }
    const typed = read(draft);
    if (!typed.ok) {
      onReason(t(typed.reason, typed.params));
      return;
    }
    onReason(undefined);
    setDraft(undefined);
    onCommit(typed.value);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (isComposing(event)) return;
    // What is saved is what is seen.
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") store();
    const lines = style === "text" || style === "mono";
    if (event.key === "Enter" && (!lines || event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      event.stopPropagation();
      store();
    }
    if (event.key === "Escape" && draft !== undefined) {
      event.preventDefault();
      event.stopPropagation();
      setDraft(undefined);
      onReason(undefined);
    }
  };

  const common = {
    id,
    className: `ui-input${style === "mono" || style === "mono-line" ? " in-mono" : ""}`,
    value: draft ?? shown,
    readOnly,
    placeholder,
    "aria-describedby": describedBy,
    "aria-invalid": invalid || undefined,
    "data-path": path,
    spellCheck: style === "text",
    autoComplete: "off",
    onBlur: store,
    onKeyDown,
  } as const;
  // Long texts wrap instead of hiding their end; Enter still stores what is one line by nature.
  if (!props.numeric) {
    return <textarea {...common} rows={1} onChange={(event) => setDraft(event.target.value)} />;
  }
  return (
    <input {...common} type="text" inputMode="decimal" onChange={(event) => setDraft(event.target.value)} />
  );
}
