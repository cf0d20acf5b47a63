/**
 * The keyboard on the canvas. The canvas is one tab stop: Tab opens the node search, after Escape Tab goes on to
 * what follows; arrows move what is selected, with Ctrl they walk along the wires.
 */
import { type KeyboardEvent, useCallback, useRef } from "react";
import { translate } from "#renderer/i18n/i18n.ts";
import { documentActions, useDocument } from "#renderer/state/document-store.ts";
import { requestFocus } from "#renderer/state/ui-store.ts";
import { isComposing, isTyping } from "#renderer/ui/keys.ts";
import { duplicateSelection, nudge, removeSelection, selectAll, selectOnly } from "./actions.ts";
import { announce, useCanvas } from "./canvas-store.ts";
import type { Point } from "./geometry.ts";
import { GRID } from "./geometry.ts";
import { neighbour } from "./neighbours.ts";
import type { View } from "./use-view.ts";

type Commands = {
  readonly view: View;
  readonly tidy: () => void;
  /** Where a node asked for by keyboard goes: at the pointer if it is over the canvas, else in the middle. */
  readonly searchAt: () => { readonly screen: Point; readonly at: Point };
  readonly menuAt: (id: string) => Point;
};

const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const COARSE = 10;

export function useKeys({ view, tidy, searchAt, menuAt }: Commands): (event: KeyboardEvent) => void {
  const leaving = useRef(false);
  return useCallback(
    (event: KeyboardEvent) => {
      if (isTyping(event.target) || isComposing(event) || event.defaultPrevented) return;
      const inside =
        event.target instanceof Element && event.target.closest("button, [role=menu], dialog, .ll-search");
      if (inside) return;
      const wasLeaving = leaving.current;
      leaving.current = false;
      const mod = event.ctrlKey || event.metaKey;
      const { nodes, edges } = useDocument.getState().selection;
      const [first] = nodes;
      const handled = (act: () => void) => {
        event.preventDefault();
        event.stopPropagation();
        act();
      };
      const step = STEPS[event.key];
      if (step) return handled(() => arrow(step, { walk: mod, coarse: event.shiftKey, first, view }));
      if (mod && !event.shiftKey && event.key.toLowerCase() === "a") return handled(selectAll);
      if (mod && !event.shiftKey && event.key.toLowerCase() === "d")
        return handled(() => duplicateSelection());
      if (mod || event.altKey) return;
      switch (event.key) {
        case "Tab":
          if (event.shiftKey || wasLeaving) return;
          return handled(() => useCanvas.setState({ search: searchAt() }));
        case "Escape":
          leaving.current = nodes.size + edges.size === 0;
          if (leaving.current) announce(translate("canvas.said.leaving"));
          return handled(() => documentActions().select({}));
        case "Delete":
        case "Backspace":
          return handled(removeSelection);
        case "Enter":
          return handled(() => openFields(first, [...edges][0]));
        case "F2":
          return first === undefined ? undefined : handled(() => requestFocus(`nodes.${first}.title`));
        case "ContextMenu":
          return first === undefined ? undefined : handled(() => openMenu(first, menuAt(first)));
        case "F10":
          return first === undefined || !event.shiftKey
            ? undefined
            : handled(() => openMenu(first, menuAt(first)));
        case "c":
          return first === undefined ? undefined : handled(() => useCanvas.setState({ connectFrom: first }));
        case "T":
          return handled(tidy);
        case "!":
          return handled(view.fitAll);
        case "@":
        case '"':
          return handled(view.fitSelection);
        case "+":
        case "=":
          return handled(() => view.zoomBy(1.25));
        case "-":
          return handled(() => view.zoomBy(0.8));
        default:
      }
    },
    [view, tidy, searchAt, menuAt],
  );
}

function openMenu(node: string, screen: Point): void {
  useCanvas.setState({ menu: { node, screen, at: screen } });
}

function openFields(node: string | undefined, edge: number | undefined): void {
  if (node !== undefined) requestFocus(`nodes.${node}`);
  else if (edge !== undefined) requestFocus(`edges.${edge}`);
}

type Arrow = {
  readonly walk: boolean;
  readonly coarse: boolean;
  readonly first: string | undefined;
  readonly view: View;
};

function arrow([dx, dy]: readonly [number, number], { walk, coarse, first, view }: Arrow): void {
  const { definition } = useDocument.getState();
  if (first === undefined || walk) {
    const next =
      first === undefined ? Object.keys(definition.nodes)[0] : neighbour(definition, first, dx, dy);
    if (next === undefined) return;
    selectOnly(next);
    view.reveal(next);
    announce(definition.nodes[next]?.title ?? next);
    return;
  }
  const distance = GRID * (coarse ? COARSE : 2);
  nudge(dx * distance, dy * distance);
}
