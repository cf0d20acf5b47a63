/**
 * The YAML editor as an object: CodeMirror with line numbers, search, findings in the margin and the selected parts
 * marked. It has no history of its own: undo is the document's. Knows nothing of stores or React.
 */
import { defaultKeymap, indentWithTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, foldGutter, foldKeymap, indentUnit } from "@codemirror/language";
import { type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Annotation, Compartment, EditorState, StateEffect, StateField } from "@codemirror/state";
import {
  Decoration,
  type DecorationSet,
  drawSelection,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import type { Problem } from "#contract/errors.ts";
import { spliceBetween } from "#renderer/state/splice.ts";
import { editorLook } from "#renderer/text/editor-look.ts";
import type { LineRange } from "#renderer/text/places.ts";

const fromOutside = Annotation.define<true>();
const markParts = StateEffect.define<readonly LineRange[]>();

const parts = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(markParts)) return lineMarks(transaction.state, effect.value);
    }
    return marks.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

function lineMarks(state: EditorState, ranges: readonly LineRange[]): DecorationSet {
  const lines = new Set<number>();
  for (const { from, to } of ranges) for (let line = from; line <= to; line++) lines.add(line);
  const inside = [...lines].filter((line) => line >= 1 && line <= state.doc.lines).sort((a, b) => a - b);
  return Decoration.set(
    inside.map((line) => Decoration.line({ class: "cm-part" }).range(state.doc.line(line).from)),
  );
}

export type EditorListeners = {
  /** The person changed the text. */
  readonly onText: (text: string) => void;
  /** The person moved the cursor without changing the text. */
  readonly onCursor: (line: number, column: number) => void;
};

export type EditorWords = {
  readonly label: string;
  /** The editor's own English words, translated. */
  readonly phrases: Readonly<Record<string, string>>;
};

export class YamlEditor {
  readonly #view: EditorView;
  readonly #readOnly = new Compartment();

  constructor(parent: HTMLElement, words: EditorWords, listeners: EditorListeners) {
    const watch = EditorView.updateListener.of((update) => {
      const outside = update.transactions.some((transaction) => transaction.annotation(fromOutside));
      if (outside) return;
      if (update.docChanged) listeners.onText(update.state.doc.toString());
      else if (update.selectionSet) {
        const { head } = update.state.selection.main;
        const line = update.state.doc.lineAt(head);
        listeners.onCursor(line.number, head - line.from + 1);
      }
    });
    const state = EditorState.create({
      extensions: [
        EditorState.phrases.of(words.phrases),
        lineNumbers(),
        foldGutter(),
        lintGutter(),
        drawSelection(),
        highlightActiveLine(),
        highlightSelectionMatches(),
        bracketMatching(),
        indentUnit.of("  "),
        search({ top: true }),
        yaml(),
        parts,
        editorLook,
        keymap.of([...defaultKeymap, ...searchKeymap, ...foldKeymap, indentWithTab]),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": words.label, spellcheck: "false", tabindex: "0" }),
        this.#readOnly.of([]),
        watch,
      ],
    });
    this.#view = new EditorView({ state, parent });
  }

  /** Takes a new text, touching only what differs: cursor, folds and scroll stay. */
  setText(text: string): void {
    const before = this.#view.state.doc.toString();
    if (before === text) return;
    this.#view.dispatch({ changes: spliceBetween(before, text), annotations: fromOutside.of(true) });
  }

  setReadOnly(readOnly: boolean): void {
    this.#view.dispatch({
      effects: this.#readOnly.reconfigure(readOnly ? EditorState.readOnly.of(true) : []),
      annotations: fromOutside.of(true),
    });
  }

  setProblems(problems: readonly Problem[], said: (problem: Problem) => string): void {
    const { doc } = this.#view.state;
    const found = problems.flatMap((problem): Diagnostic[] => {
      if (!problem.place || problem.place.line > doc.lines) return [];
      const line = doc.line(problem.place.line);
      const from = Math.min(line.from + problem.place.column - 1, line.to);
      const hint = problem.hint === undefined ? "" : `\n${problem.hint}`;
      return [
        {
          from,
          to: line.to,
          severity: problem.severity,
          message: said(problem) + hint,
          source: problem.code,
        },
      ];
    });
    this.#view.dispatch(setDiagnostics(this.#view.state, found));
  }

  mark(ranges: readonly LineRange[]): void {
    this.#view.dispatch({ effects: markParts.of(ranges), annotations: fromOutside.of(true) });
  }

  /** Scrolls there; with `cursor`, also puts the cursor there and takes the focus. */
  show(line: number, column: number, cursor: boolean): void {
    const { doc } = this.#view.state;
    if (line < 1 || line > doc.lines) return;
    const at = doc.line(line);
    const anchor = Math.min(at.from + column - 1, at.to);
    this.#view.dispatch({
      effects: EditorView.scrollIntoView(anchor, { y: "center" }),
      annotations: fromOutside.of(true),
      ...(cursor ? { selection: { anchor } } : {}),
    });
    if (cursor) this.#view.focus();
  }

  get hasFocus(): boolean {
    return this.#view.hasFocus;
  }

  destroy(): void {
    this.#view.destroy();
  }
}
