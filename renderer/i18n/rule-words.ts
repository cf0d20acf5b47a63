/** Which row of the failure table gave a failure its class, in words. The engine names rows (`built-in: HTTP 429`). */
import { ERRORS, type ErrorCode } from "#contract/errors.ts";
import type { FailureClass } from "#contract/events.ts";
import { enRules } from "#renderer/i18n/en/rules.ts";
import type { MessageKey, Translate } from "#renderer/i18n/i18n.ts";

type Failed = { readonly class: FailureClass; readonly rule?: string | undefined };

/** What recovery makes of the failure, and by which row. */
export function classWords(t: Translate, { class: kind, rule }: Failed): string {
  const says = t(`failure.class.${kind}`);
  return rule === undefined ? says : `${says} · ${t("failure.by", { rule: ruleWords(t, rule) })}`;
}

/** A row that has no words, of a journal that another version wrote, is shown by its name. */
export function ruleWords(t: Translate, rule: string): string {
  const [, table, name = ""] = /^([\w-]+): (.+)$/s.exec(rule) ?? [];
  if (table === "node" || table === "pipeline") return t(`failure.row.${table}`, { n: name });
  if (table !== "built-in") return rule;
  if (Object.hasOwn(ERRORS, name)) return t(`error.${name as ErrorCode}`);
  const key = `rule.${name}`;
  return Object.hasOwn(enRules, key) ? t(key as MessageKey) : name;
}
