/** Japanese texts of the palette area. */
import type { enPalette } from "#renderer/i18n/en/palette.ts";

export const jaPalette: Record<keyof typeof enPalette, string> = {
  "palette.outline": "アウトライン",
  "palette.outline.empty": "まだ何もありません",
  "palette.find": "ノードを検索",
  "palette.none": "見つかりません",
  "palette.control": "制御",
  "palette.hint": "キャンバスにドラッグするか Enter を押します",
  "activity.file.read.title": "ファイルを読む",
  "activity.file.list.title": "ファイル一覧",
  "activity.file.write.title": "ファイルに書く",
  "activity.http.title": "HTTP リクエスト",
  "activity.transform.title": "変換",
  "activity.template.title": "テンプレート",
  "activity.code.title": "コード",
  "activity.llm.title": "モデル",
  "activity.check.title": "検査",
  "activity.gate.title": "ゲート",
  "activity.human.title": "人の判断",
  "activity.pipeline.title": "サブパイプライン",
  "activity.wait.title": "待機",
  "activity.memory.get.title": "記憶を読む",
  "activity.memory.put.title": "記憶に書く",
  "activity.memory.append.title": "記憶に追加",
  "activity.simulate.title": "シミュレーション",
};
