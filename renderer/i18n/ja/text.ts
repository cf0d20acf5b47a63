/** Japanese texts of the YAML pane and the problems. */
import type { enText } from "#renderer/i18n/en/text.ts";

export const jaText: Record<keyof typeof enText, string> = {
  "text.fixFirst": "YAML を読み取れません。先に YAML を直してからキャンバスを編集してください。",
  "text.unreadable": "パイプラインとして読み取れません。キャンバスは最後に読み取れた内容を表示しています。",
  "text.problems.none": "問題はありません",
  "text.problems.noneHint": "このまま実行できます。",
  "text.line": "{{line}} 行 {{column}} 列",
};
