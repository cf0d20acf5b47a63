/**
 * Japanese of what the activities say about themselves: their descriptions, their settings, the values to choose from.
 * The English stands in the schemas of engine/activities and nowhere else; a test holds the two together.
 * Keys are `<activity>` and `<activity>.<path of the setting>`, without the places of list entries.
 */

type Words = readonly [title: string, description: string];

const PATH: Words = ["パス", "パイプラインのフォルダーからの相対パス、または許可フォルダー内の絶対パス。"];
const NAME: Words = ["名前", "記憶での名前。式では memory.<名前> として使えます。"];

/** What one attempt of a script does; the same wherever a script can be given. */
const attemptIn = (list: string): Readonly<Record<string, Words>> => ({
  [`${list}.error`]: ["エラー", "この種類の失敗にします。"],
  [`${list}.status`]: ["ステータス", "失敗が返したことにする HTTP ステータス。"],
  [`${list}.message`]: ["メッセージ", "失敗のメッセージ。"],
  [`${list}.retryAfter`]: ["再試行までの時間", "失敗が、いつ再試行してほしいと伝えるか。"],
  [`${list}.output`]: ["出力", "成功したときの出力。"],
  [`${list}.usd`]: ["費用(米ドル)", "この試行でかかったことにする費用。"],
  [`${list}.tokens`]: ["トークン", "この試行で使ったことにするトークン数。"],
  [`${list}.delay`]: ["所要時間", "この試行にかかる時間。"],
});

/** The settings of a model, wherever they stand. */
const modelIn = (path: string): Readonly<Record<string, Words>> => ({
  [`${path}.prompt`]: ["プロンプト", "モデルへの問い。中の ${{ … }} は置き換えられます。"],
  [`${path}.system`]: ["システムプロンプト", "モデルの役割と守ること。"],
  [`${path}.complexity`]: [
    "難しさ",
    "モデルの指定がないとき、仕事の難しさ(簡単・標準・複雑)でモデルを選びます。",
  ],
  [`${path}.model`]: ["モデル", "モデルの ID、または haiku・sonnet・opus・fable。難しさより優先します。"],
  [`${path}.effort`]: ["労力", "回答にかける労力。高いほど丁寧になり、時間と費用がかかります。"],
  [`${path}.maxTokens`]: ["最大トークン数", "ここで切れた回答は質が足りないとみなし、もう一度尋ねます。"],
  [`${path}.provider`]: [
    "プロバイダー",
    "答えるモデルの提供元。未設定なら実行時の選択に従います。「模擬」はキーも通信も要りません。",
  ],
  [`${path}.idleTimeout`]: ["無応答の制限", "この時間だけ回答が進まなければ打ち切り、もう一度尋ねます。"],
  [`${path}.simulate`]: ["模擬モデル", "模擬モデルの動き。未設定ならプロンプトから作ります。"],
  [`${path}.simulate.script`]: ["台本", "n 回目の試行は n 番目の項目を使い、最後の項目は繰り返します。"],
  ...attemptIn(`${path}.simulate.script`),
  [`${path}.simulate.delay`]: ["所要時間", "模擬の回答が流れ終わるまでの時間。"],
});

export const JA_ACTIVITIES: Readonly<Record<string, string>> = {
  "file.read": "許可フォルダーのファイルを読みます(16 MiB まで)。出力はその内容です。",
  "file.list":
    "許可フォルダーのファイルを一覧にします。出力は { path, name, size, modifiedAt } のパス順のリストです。",
  http: "サーバーに問い合わせます。出力は { status, headers, body } で、本文は 10 MiB までです。",
  llm: "言語モデルに尋ねます。出力は { text, model }、スキーマを与えるとデータになった回答です。模擬の回答にはその旨が入ります。",
  transform: "データの形を変えます。出力は、式を結果で置き換えた値です。",
  template: "テキストを書きます。出力は、すべての ${{ … }} を置き換えたテキストです。",
  code: "JavaScript で計算します。ファイル・通信・モジュールは使えません。出力は戻り値です(1 MiB まで)。",
  "file.write":
    "許可フォルダーにファイルを書きます(16 MiB まで)。途中のフォルダーも作ります。置き換えが半端に終わることはありません。",
  check:
    "結果を検査します。スコアは与えるか、コードやモデルで出します。合格(pass)か不合格(fail)に進み、出力は判定とスコアと理由です。",
  "memory.get": "記憶から値を読みます。出力は、見つかったか、その値、いつからの値かです。",
  "memory.put": "値を名前付きで記憶に書き、前の値を置き換えます。出力はその値です。",
  "memory.append": "記憶のリストに値を追加します(完了ごとにちょうど一度)。出力はその値です。",
  pipeline:
    "別のパイプラインを、ファイルからまたはその場に書いて実行します。出力はそのパイプラインの出力です。",
  gate: "規則を順に調べて決めます。最初に成り立った規則が結果になり、なければ「その他」です。",
  human: "人に判断を求めて待ちます(再起動しても続きます)。選ばれた結果に進みます。",
  wait: "一定の時間、または時刻まで待ちます。待つ間は実行枠を使わず、再起動しても続きます。",
  simulate: "台本どおりに動きます。n 回目の試行は n 番目の項目を使い、最後の項目は繰り返します。",
};

export const JA_SETTINGS: Readonly<Record<string, Words>> = {
  "file.read.path": PATH,
  "file.read.parse": [
    "読み取り方",
    "テキスト、行のリスト、一つの JSON 値、または一行に一つの JSON(NDJSON)。",
  ],
  "file.read.encoding": [
    "文字コード",
    "ファイルの文字コード。Base64 なら任意のバイト列をテキストで得られます。",
  ],

  "file.list.path": ["フォルダー", PATH[1]],
  "file.list.pattern": [
    "パターン",
    "対象のファイル。* は名前の一部、** はフォルダーいくつでも、? は一文字。ワイルドカードは先頭のドットに一致しません。",
  ],
  "file.list.recursive": [
    "下のフォルダーも",
    "下のフォルダーも調べます。/ や ** を含むパターンなら自動です。",
  ],

  "http.method": ["メソッド", "リソースに対して行うこと。"],
  "http.url": ["URL", "http または https のアドレス。"],
  "http.headers": ["ヘッダー", "リクエストと一緒に送ります。"],
  "http.query": ["クエリ", "アドレスに付けます。リストは名前を繰り返し、null は省きます。"],
  "http.body": ["本文", "テキストはそのまま、ほかは JSON として送ります。"],
  "http.expect": ["応答の読み取り方", "自動: サーバーが JSON だと示せば JSON、それ以外はテキスト。"],
  "http.okStatus": ["成功とする状態コード", "未設定なら 200 から 299。"],
  "http.simulate": ["模擬の応答", "模擬実行で通信の代わりに返す応答。"],
  "http.simulate.status": ["状態コード", "未設定なら 200。"],
  "http.simulate.headers": ["ヘッダー", "未設定ならなし。"],
  "http.simulate.body": ["本文", "未設定なら null。"],

  ...modelIn("llm"),
  "llm.schema": [
    "回答のスキーマ",
    "JSON Schema。出力はデータになった回答です。なければ出力は { text, model } です。",
  ],

  "transform.value": ["値", "任意の値。中の ${{ … }} は置き換えられます。"],

  "template.text": [
    "テキスト",
    "書く内容。中の ${{ … }} は置き換えられます。テキストでない値は JSON になります。",
  ],

  "code.source": [
    "ソースコード",
    "input を受け取り値を返す関数の本体、または export default のあるモジュール。時計は止まり Math.random の種も決まっているので、同じ入力からは同じ出力になります。",
  ],
  "code.input": ["入力", "コードの input に入る値。"],
  "code.timeout": ["時間の上限", "この時間を超えるとコードを止めます。"],
  "code.memoryMb": ["メモリの上限(MiB)", "これを超えるとコードを止めます。"],

  "file.write.path": PATH,
  "file.write.content": ["内容", "そのまま書くテキスト。"],
  "file.write.value": ["値", "JSON として書くデータ。字下げ付き、追記なら一行。"],
  "file.write.append": [
    "追記",
    "置き換えずに末尾に加えます。書き込み中に異常終了すると二重になることがあります。",
  ],

  "check.score": ["スコア", "数値。条件では score として使えます。"],
  "check.code": [
    "コードによるスコア",
    "JavaScript。値を input として受け取り、数値か { score, reason } を返します。",
  ],
  "check.judge": [
    "モデルによるスコア",
    "モデルが 0 から 1 のスコアと理由を出します。値はプロンプトの後に続きます。",
  ],
  ...modelIn("check.judge"),
  "check.value": ["値", "検査する任意の値。条件では input として使えます。"],
  "check.pass": ["合格の条件", "true か false になる式(${{ }} なし)。score と input が使えます。"],
  "check.reason": ["理由", "結果に添える言葉。未設定ならコード・モデル・条件から作ります。"],

  "pipeline.path": ["ファイル", "このファイルのフォルダーから見た、パイプラインのファイルのパス。"],
  "pipeline.pipeline": [
    "その場に書く",
    "パイプラインそのもの。inputs・nodes・edges・output などのキーで書きます。",
  ],
  "pipeline.inputs": ["入力", "渡す値。名前ごとに書きます。"],

  "memory.get.name": NAME,
  "memory.get.default": ["既定値", "その名前の記憶がないときの値。"],
  "memory.put.name": NAME,
  "memory.put.value": ["値", "記憶する値。"],
  "memory.append.name": NAME,
  "memory.append.value": ["値", "追加する値。"],

  "gate.rules": ["規則", "上から順に調べ、最初に成り立ったものが決めます。"],
  "gate.rules.when": ["条件", "true か false になる式(${{ }} なし)。"],
  "gate.rules.outcome": ["結果", "規則が成り立つときの結果。"],
  "gate.rules.reason": ["理由", "決めた理由。未設定なら規則から作ります。"],
  "gate.otherwise": ["その他", "どの規則も成り立たないときの結果。"],

  "human.title": ["件名", "何を判断するかを短く。"],
  "human.instructions": ["説明", "何を見て、どう判断するか。"],
  "human.payload": ["内容", "人に見せるもの。変えて返すこともできます。"],
  "human.outcomes": ["選択肢", "人が選べる結果(表示順)。"],
  "human.timeout": ["期限", "待つ時間。未設定ならいつまでも待ちます。"],
  "human.onTimeout": ["期限切れのとき", "期限までに判断がないときの結果。未設定ならノードは失敗します。"],
  "human.simulate": ["模擬の判断", "模擬実行ですぐに下す判断。未設定なら approved(なければ最初の選択肢)。"],

  "wait.duration": ["時間", "待つ長さ。例: 5m"],
  "wait.until": ["時刻", "いつまで待つか。例: 2026-12-01T17:00:00+09:00。過ぎていれば待ちません。"],

  "simulate.script": ["台本", "試行ごとの動き(順番どおり)。"],
  ...attemptIn("simulate.script"),
  "simulate.script.outcome": ["結果", "成功したときの結果。未設定なら ok。"],
  "simulate.script.partial": ["途中の出力", "試行がまだ動いている間に出す、出力の一部(早い順)。"],
  "simulate.script.partial.after": ["出す時点", "試行の開始からの時間。"],
  "simulate.script.partial.output": ["フィールド", "その時点でそろっている、出力のフィールド。"],
  "simulate.model": [
    "モデル",
    "演じるモデルの名前。フォールバックの連鎖で別のモデルを指定できます。台本は続きから演じます。",
  ],
  "simulate.delay": ["所要時間", "試行ごとにかかる時間。"],
};

/** Values to choose from. Names of methods, of encodings and of data formats are the same everywhere. */
export const JA_CHOICES: Readonly<Record<string, string>> = {
  text: "テキスト",
  lines: "行のリスト",
  json: "JSON",
  ndjson: "NDJSON",
  utf8: "UTF-8",
  utf16le: "UTF-16LE",
  latin1: "Latin-1",
  base64: "Base64",
  auto: "自動",
  simple: "簡単",
  medium: "標準",
  complex: "複雑",
  low: "低",
  high: "高",
  xhigh: "最高",
  max: "最大",
  anthropic: "Anthropic",
  simulated: "模擬",
  transient: "一時的",
  permanent: "恒久的",
  quality: "品質不足",
  none: "なし",
  full: "全体",
  fail: "失敗にする",
  string: "テキスト",
  number: "数値",
  integer: "整数",
  boolean: "真偽値",
  array: "リスト",
  object: "オブジェクト",
  any: "任意",
};

/** As the keys that the screen asks for. */
export const jaSchemaTexts: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.entries(JA_ACTIVITIES).map(([name, text]) => [`activity.${name}.description`, text]),
  ),
  ...Object.fromEntries(
    Object.entries(JA_SETTINGS).flatMap(([path, [title, description]]) => [
      [`activity.${path}.setting`, title],
      [`activity.${path}.hint`, description],
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(JA_CHOICES).map(([value, text]) => [`inspector.choice.${value}`, text]),
  ),
};
