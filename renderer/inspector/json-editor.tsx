/** A JSON value as text that can be edited, and something to do with it. What is no JSON cannot be used. */
import { type ReactNode, useId, useState } from "react";
import type { Json } from "#contract/json.ts";
import { useT } from "#renderer/i18n/i18n.ts";
import { Button } from "#renderer/ui/button.tsx";

type Props = {
  readonly value: Json;
  readonly explained: string;
  readonly action: string;
  readonly onUse: (value: Json) => void;
  readonly onCancel: () => void;
};

export function JsonEditor({ value, explained, action, onUse, onCancel }: Props): ReactNode {
  const t = useT();
  const id = useId();
  const [text, setText] = useState(() => JSON.stringify(value, null, 2));
  const parsed = parse(text);
  return (
    <form
      className="in-json"
      onSubmit={(event) => {
        event.preventDefault();
        if (parsed) onUse(parsed.value);
      }}
    >
      <p className="in-help">{explained}</p>
      <label htmlFor={id} className="visually-hidden">
        {t("output.text")}
      </label>
      <textarea
        id={id}
        className="ui-input"
        spellCheck={false}
        value={text}
        aria-invalid={parsed === undefined || undefined}
        aria-describedby={parsed ? undefined : `${id}-bad`}
        onChange={(event) => setText(event.target.value)}
      />
      {!parsed && (
        <p id={`${id}-bad`} className="ui-field-error">
          {t("output.badJson")}
        </p>
      )}
      <div className="in-json-foot">
        <Button onClick={onCancel}>{t("app.cancel")}</Button>
        <Button kind="primary" type="submit" disabled={!parsed}>
          {action}
        </Button>
      </div>
    </form>
  );
}

function parse(text: string): { readonly value: Json } | undefined {
  try {
    return { value: JSON.parse(text) as Json };
  } catch {
    return undefined;
  }
}
