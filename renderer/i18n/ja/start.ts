/** Japanese texts of the start page. */
import type { enStart } from "#renderer/i18n/en/start.ts";

export const jaStart: Record<keyof typeof enStart, string> = {
  "start.lead":
    "層からなるパイプラインを描き、この PC で実行し、すべてのステップを見守れます。テンプレートから始めてください。模擬モデルで動くので、アカウントもキーも通信も要りません。",
  "start.templates": "テンプレートから始める",
  "start.blank": "空のパイプライン",
  "start.recent": "最近のファイル",
  "start.drafts": "保存していない作業が残っています",
  "start.drafts.noFile": "ファイル未保存",
  "start.drafts.restore": "復元",
  "start.drafts.drop": "破棄",
};
