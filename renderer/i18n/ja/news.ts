/** Japanese texts of what is told of runs that need a person. Notifications carry no text of a pipeline but its name. */
import type { enNews } from "#renderer/i18n/en/news.ts";

export const jaNews: Record<keyof typeof enNews, string> = {
  "news.on": "通知はオンです。ほかの画面を見ている間に対応が必要になると知らせます",
  "news.off": "通知はオフです。ほかの画面を見ている間に対応が必要になったら知らせる",
  "news.refused":
    "このブラウザではここからの通知が許可されていません。ブラウザの設定でこのアドレスの通知を許可してください。それまではこの画面の中で知らせます。",
  "news.question": "回答待ちの質問があります。",
  "news.look": "失敗を繰り返しながら再試行している工程があります。確認してください。",
  "news.person": "自動では先へ進めない工程があります。人の対応が必要です。",
  "news.many": "{{n}} 件の実行が対応を待っています。",
  "news.show": "表示",
};
