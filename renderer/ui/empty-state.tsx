/** What a list says when it has nothing to show, and what to do about it. */
import type { ReactNode } from "react";

export function EmptyState(props: {
  readonly title: string;
  readonly text?: string | undefined;
  readonly children?: ReactNode;
}): ReactNode {
  return (
    <div className="ui-empty">
      <p className="ui-empty-title">{props.title}</p>
      {props.text !== undefined && <p>{props.text}</p>}
      {props.children}
    </div>
  );
}

export function Count({
  value,
  tone,
}: {
  readonly value: number;
  readonly tone?: "danger" | "warning" | undefined;
}): ReactNode {
  return (
    <span className="ui-count" data-tone={value > 0 ? tone : undefined}>
      {value}
    </span>
  );
}
