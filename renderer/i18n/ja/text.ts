/** Japanese texts of the text area. */
import type { enText } from "#renderer/i18n/en/text.ts";

export const jaText: Record<keyof typeof enText, string> = {
  "text.fixFirst": "YAML を読み取れません。先に YAML を直してからキャンバスを編集してください。",
};
