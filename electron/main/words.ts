/** The main process's own texts (menu, warnings), in the app's two languages. Texts of the window live in renderer/i18n. */
import type { MenuCommand } from "#contract/desktop.ts";

type Words = Readonly<
  Record<
    | MenuCommand
    | "file"
    | "edit"
    | "view"
    | "pipeline"
    | "help"
    | "export"
    | "quit"
    | "cancel"
    | "close"
    | "unsaved"
    | "unsavedDetail"
    | "liveRuns"
    | "liveRunsDetail"
    | "engineFailed",
    string
  >
>;

const en: Words = {
  file: "File",
  edit: "Edit",
  view: "View",
  pipeline: "Pipeline",
  help: "Help",
  export: "Export",
  new: "New",
  open: "Open…",
  save: "Save",
  "save-as": "Save As…",
  undo: "Undo",
  redo: "Redo",
  run: "Run",
  "cancel-run": "Cancel Run",
  search: "Go to…",
  shortcuts: "Keyboard Shortcuts",
  "export-yaml": "YAML",
  "export-json": "JSON",
  "export-mermaid": "Mermaid",
  "export-schema": "JSON Schema",
  "toggle-yaml": "YAML Beside the Canvas",
  "close-document": "Close Pipeline",
  quit: "Quit",
  cancel: "Cancel",
  close: "Close",
  unsaved: "There are unsaved changes.",
  unsavedDetail: "They are kept as a draft and offered at the next start.",
  liveRuns: "Runs are under way.",
  liveRunsDetail: "They stop now and go on from their last recorded step at the next start.",
  engineFailed: "The engine could not start.",
};

const ja: Words = {
  file: "ファイル",
  edit: "編集",
  view: "表示",
  pipeline: "パイプライン",
  help: "ヘルプ",
  export: "書き出し",
  new: "新規",
  open: "開く…",
  save: "保存",
  "save-as": "別名で保存…",
  undo: "取り消す",
  redo: "やり直す",
  run: "実行",
  "cancel-run": "実行を中止",
  search: "移動…",
  shortcuts: "キーボードショートカット",
  "export-yaml": "YAML",
  "export-json": "JSON",
  "export-mermaid": "Mermaid",
  "export-schema": "JSON Schema",
  "toggle-yaml": "キャンバスの横に YAML",
  "close-document": "パイプラインを閉じる",
  quit: "終了",
  cancel: "キャンセル",
  close: "閉じる",
  unsaved: "保存されていない変更があります。",
  unsavedDetail: "下書きとして残り、次回の起動時に復元できます。",
  liveRuns: "実行中のものがあります。",
  liveRunsDetail: "今は止まり、次回の起動時に最後に記録された段階から続きます。",
  engineFailed: "エンジンを起動できませんでした。",
};

export function wordsFor(locale: string): Words {
  return locale.toLowerCase().startsWith("ja") ? ja : en;
}
