/** What the canvas shows: the document, or the frozen graph of an opened run. */
import type { PipelineDefinition } from "#contract/definition.ts";
import type { Place } from "#contract/errors.ts";
import { useDocument } from "#renderer/state/document-store.ts";
import { useRunState } from "#renderer/state/run-store.ts";

export function useShownDefinition(): PipelineDefinition {
  const frozen = useRunState((state) => (state.opened ? state.frozen?.definition : undefined));
  const own = useDocument((state) => state.definition);
  return frozen ?? own;
}

export function useShownText(): string {
  const frozen = useRunState((state) => (state.opened ? state.frozen?.text : undefined));
  const own = useDocument((state) => state.text);
  return frozen ?? own;
}

export function useShownPlaces(): Readonly<Record<string, Place>> {
  const frozen = useRunState((state) => (state.opened ? state.frozen?.places : undefined));
  const own = useDocument((state) => state.places);
  return frozen ?? own;
}

export function useReadOnly(): boolean {
  return useRunState((state) => state.opened);
}

export function isReadOnly(): boolean {
  return useRunState.getState().opened;
}
