/** The YAML beside or below the canvas, in step with it both ways: text, problems, selection. */
import "#renderer/text/text.css";
import { TriangleAlert } from "lucide-react";
import { type ReactNode, type RefObject, useEffect, useRef } from "react";
import { EDITOR_PHRASES } from "#renderer/i18n/catalogue.ts";
import { useEngineWords } from "#renderer/i18n/engine-words.ts";
import { useLanguage, useT } from "#renderer/i18n/i18n.ts";
import { documentActions, useDocument } from "#renderer/state/document-store.ts";
import { goToNode } from "#renderer/state/go-to.ts";
import { useRunState } from "#renderer/state/run-store.ts";
import { useUi } from "#renderer/state/ui-store.ts";
import { useReadOnly, useShownPlaces, useShownText } from "#renderer/state/view.ts";
import { YamlEditor } from "#renderer/text/editor.ts";
import { nearestPlace, partAt, partLines } from "#renderer/text/places.ts";

export function YamlPane(): ReactNode {
  const t = useT();
  const box = useRef<HTMLDivElement>(null);
  const editor = useEditor(box, t("tab.yaml"));
  const readable = useDocument((state) => state.readable);
  const readOnly = useReadOnly();
  useContent(editor);
  useSelectionMarks(editor);
  useFocusRequests(editor);
  usePlaceRequests(editor);
  return (
    <div className="text-pane">
      {!readable && !readOnly && (
        <p className="text-warning" role="status">
          <TriangleAlert size={14} aria-hidden="true" /> {t("text.unreadable")}
        </p>
      )}
      <div ref={box} className="text-editor" />
    </div>
  );
}

type EditorRef = RefObject<YamlEditor | undefined>;

function useEditor(box: RefObject<HTMLDivElement | null>, label: string): EditorRef {
  const editor = useRef<YamlEditor>(undefined);
  const language = useLanguage();
  useEffect(() => {
    if (!box.current) return;
    const made = new YamlEditor(
      box.current,
      { label, phrases: EDITOR_PHRASES[language] },
      {
        onText: (text) => {
          if (!useRunState.getState().opened) documentActions().setText(text);
        },
        onCursor: selectAtCursor,
      },
    );
    editor.current = made;
    return () => {
      editor.current = undefined;
      made.destroy();
    };
  }, [box, label, language]);
  return editor;
}

/** The cursor in the text selects what it stands in. */
function selectAtCursor(line: number, column: number): void {
  const run = useRunState.getState();
  const shown = run.opened ? run.frozen : undefined;
  const state = useDocument.getState();
  const text = shown?.text ?? state.text;
  const part = partAt(text.split("\n"), shown?.places ?? state.places, line, column);
  if (part?.kind === "node") {
    if (!(state.selection.nodes.size === 1 && state.selection.nodes.has(part.id))) goToNode(part.id);
  } else if (part?.kind === "edge") state.actions.select({ edges: [part.index] });
}

function useContent(editor: EditorRef): void {
  const text = useShownText();
  const readOnly = useReadOnly();
  const own = useDocument((state) => state.problems);
  const said = useEngineWords();
  useEffect(() => {
    editor.current?.setText(text);
    editor.current?.setReadOnly(readOnly);
    editor.current?.setProblems(readOnly ? [] : own, said);
  });
}

/** Selected nodes and edges are marked, and scrolled to unless the person is typing here. */
function useSelectionMarks(editor: EditorRef): void {
  const selection = useDocument((state) => state.selection);
  const places = useShownPlaces();
  const text = useShownText();
  const seen = useRef<typeof selection>(undefined);
  useEffect(() => {
    const paths = [
      ...[...selection.nodes].map((id) => `nodes.${id}`),
      ...[...selection.edges].map((index) => `edges.${index}`),
    ];
    const lines = text.split("\n");
    const ranges = paths.flatMap((path) => {
      const place = places[path];
      return place ? [partLines(lines, place)] : [];
    });
    editor.current?.mark(ranges);
    const moved = seen.current !== selection;
    seen.current = selection;
    const first = ranges[0];
    if (moved && first && editor.current && !editor.current.hasFocus)
      editor.current.show(first.from, 1, false);
  }, [editor, selection, places, text]);
}

/** A click on a problem shows its place here too. */
function useFocusRequests(editor: EditorRef): void {
  const focus = useUi((state) => state.focus);
  const done = useRef(focus?.at);
  const places = useShownPlaces();
  useEffect(() => {
    if (!focus || done.current === focus.at) return;
    done.current = focus.at;
    const place = nearestPlace(places, focus.path);
    if (place) editor.current?.show(place.line, place.column, false);
  }, [editor, focus, places]);
}

/** A click on a problem of a text that cannot be read leads here: no field stands for it. */
function usePlaceRequests(editor: EditorRef): void {
  const place = useUi((state) => state.textPlace);
  useEffect(() => {
    if (!place || !editor.current) return;
    editor.current.show(place.line, place.column, true);
    useUi.setState({ textPlace: undefined });
  }, [editor, place]);
}
