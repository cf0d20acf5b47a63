/** Japanese texts of what runs keep for each other: stored results to forget, memory. */
import type { enKept } from "#renderer/i18n/en/kept.ts";

export const jaKept: Record<keyof typeof enKept, string> = {
  "kept.forget": "保存した結果を消す",
  "kept.forgotten": "「{{name}}」の保存した結果を {{n}} 件消しました",
  "kept.memory": "記憶：{{name}}",
  "kept.memory.none": "まだ何も記憶されていません。",
  "kept.memory.newest": "バージョン {{version}}、{{age}}前",
};
