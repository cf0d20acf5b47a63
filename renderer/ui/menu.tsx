/** A drop-down menu with arrow keys and type-ahead. */
import * as Radix from "@radix-ui/react-dropdown-menu";
import type { ReactNode } from "react";

export type MenuItem =
  | {
      readonly key: string;
      readonly label: string;
      readonly icon?: ReactNode;
      readonly end?: string | undefined;
      readonly disabled?: boolean | undefined;
      readonly onSelect: () => void;
    }
  | { readonly key: string; readonly heading: string }
  | { readonly key: string; readonly line: true };

export function Menu({
  trigger,
  items,
}: {
  readonly trigger: ReactNode;
  readonly items: readonly MenuItem[];
}): ReactNode {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content className="ui-menu" align="start" sideOffset={4} collisionPadding={8}>
          {items.map((item) => {
            if ("line" in item) return <Radix.Separator key={item.key} className="ui-menu-line" />;
            if ("heading" in item) {
              return (
                <Radix.Label key={item.key} className="ui-menu-label">
                  {item.heading}
                </Radix.Label>
              );
            }
            return (
              <Radix.Item
                key={item.key}
                className="ui-menu-item"
                disabled={item.disabled ?? false}
                onSelect={item.onSelect}
              >
                {item.icon}
                <span>{item.label}</span>
                {item.end !== undefined && <span className="ui-menu-end">{item.end}</span>}
              </Radix.Item>
            );
          })}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
