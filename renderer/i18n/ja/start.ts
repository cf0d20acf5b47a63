/** Japanese texts of the start page. */
import type { enStart } from "#renderer/i18n/en/start.ts";

export const jaStart: Record<keyof typeof enStart, string> = {
  "start.lead":
    "層からなるパイプラインを描き、この PC で実行し、すべてのステップを見守れます。テンプレートから始めてください。模擬モデルで動くので、アカウントもキーも通信も要りません。",
  "start.templates": "テンプレートから始める",
  "start.blank": "空のパイプライン",
  "start.recent": "最近のファイル",
  "start.inbox": "あなたの判断待ち: {{n}} 件",
  "start.drafts": "保存していない作業が残っています",
  "start.drafts.noFile": "ファイル未保存",
  "start.drafts.restore": "復元",
  "start.drafts.drop": "破棄",

  "template.standard-five-layers.title": "標準の五層",
  "template.standard-five-layers.description":
    "知覚から省察まで。再試行・品質ループ・承認を含みます。模擬モデルで動き、通信は要りません。",
  "template.quality-loop.title": "品質ループ",
  "template.quality-loop.description":
    "下書きは十分な品質になるまで理由とともに戻されます。回数を使い切ると専用の線から抜けます。",
  "template.checked-answer.title": "検査つきの回答",
  "template.checked-answer.description":
    "回答を別のモデルが採点し、足りなければ労力を上げて尋ね直します。別のモデルと定型文が控えます。",
  "template.governance-gate.title": "ガバナンスゲート",
  "template.governance-gate.description":
    "計画は規則で承認されるか、代案を求めて戻されるか、人の判断に回されます。",
  "template.parallel-outreach.title": "並列アウトリーチ",
  "template.parallel-outreach.description":
    "四通の手紙を同時に書きます。一通は失敗して再試行され、最後にすべてを合流させます。",
  "template.fresh-enough.title": "鮮度による省略",
  "template.fresh-enough.description":
    "世界モデルは一時間より古いときだけ作り直し、新しければ省略の線で再利用します。",
  "template.head-start.title": "先行着手",
  "template.head-start.description": "モデルが理由を述べている間に、計画が決まった時点で手紙を書き始めます。",
  "template.dependency-review.title": "依存関係レビュー",
  "template.dependency-review.description":
    "ロックファイルと導入済みパッケージを読み、方針で判定し、報告書を書いて検査します。",
};
