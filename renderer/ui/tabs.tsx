/** Tabs with arrow keys and the right roles. Panels stay mounted only when asked to. */
import * as Radix from "@radix-ui/react-tabs";
import type { ReactNode } from "react";

export type Tab<K extends string> = {
  readonly key: K;
  readonly label: ReactNode;
  readonly panel: ReactNode;
};

type TabsProps<K extends string> = {
  readonly label: string;
  readonly tabs: readonly Tab<K>[];
  readonly value: K;
  readonly onChange: (key: K) => void;
  /** Shown at the right end of the row. */
  readonly end?: ReactNode;
};

export function Tabs<K extends string>({ label, tabs, value, onChange, end }: TabsProps<K>): ReactNode {
  const choose = (key: string): void => {
    const tab = tabs.find((candidate) => candidate.key === key);
    if (tab) onChange(tab.key);
  };
  return (
    <Radix.Root className="ui-tabs" value={value} onValueChange={choose}>
      <div className="ui-tabs-list">
        <Radix.List aria-label={label} style={{ display: "flex", gap: 4, minWidth: 0 }}>
          {tabs.map((tab) => (
            <Radix.Trigger key={tab.key} value={tab.key} className="ui-tab">
              {tab.label}
            </Radix.Trigger>
          ))}
        </Radix.List>
        {end !== undefined && <div className="ui-tabs-end">{end}</div>}
      </div>
      {tabs.map((tab) => (
        <Radix.Content key={tab.key} value={tab.key} className="ui-tab-panel">
          {tab.panel}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
