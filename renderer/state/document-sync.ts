/**
 * Keeps the text and the definition of the open document in step, both ways, through the engine. Canvas edits are
 * written into the text; typed text is read into the definition. An answer to an older question never overwrites
 * newer work: what was typed while a canvas edit was being written is merged with it.
 */
import type { ReadResult } from "#contract/engine-api.ts";
import { LayerloomError } from "#contract/errors.ts";
import { getEngine } from "#renderer/bridge/engine.ts";
import type { DocumentAccess, Snapshot } from "#renderer/state/document-types.ts";
import { mergeTexts } from "#renderer/state/splice.ts";
import { showError } from "#renderer/state/toast-store.ts";

const READ_DELAY_MS = 200;
const RETRY_MS = 1_000;

export type DocumentSync = {
  readonly write: () => Promise<void>;
  readonly readSoon: () => void;
  readonly readNow: () => Promise<void>;
  readonly settle: () => Promise<void>;
};

export function createSync({ get, patch }: DocumentAccess): DocumentSync {
  let writing: Promise<void> | undefined;
  let reads = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let lastGood: { readonly epoch: number; readonly snapshot: Snapshot } | undefined;

  const noteGood = (): void => {
    const { definition, text, epoch } = get();
    lastGood = { epoch, snapshot: { definition, text, inSync: true } };
  };

  const readNow = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const read = ++reads;
    const { text, file, epoch } = get();
    const result = await getEngine().readDocument({ text, file: file?.path, follow: true });
    const now = get();
    if (read !== reads || now.epoch !== epoch || now.text !== text) return;
    patch(afterReading(now, result));
    if (now.inSync && result.definition) noteGood();
  };

  const readSoon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void readNow().catch(showError), READ_DELAY_MS);
  };

  const writeOnce = async (): Promise<void> => {
    const { definition, text, epoch } = get();
    const written = await getEngine().writeDocument({ text, definition });
    const now = get();
    if (now.epoch !== epoch || now.definition !== definition) return;
    if (now.text === text) {
      patch({ text: written.text, readText: written.text, inSync: true });
      return;
    }
    patch({ text: mergeTexts(text, now.text, written.text) ?? now.text, inSync: true });
  };

  const giveUp = (thrown: unknown): void => {
    showError(thrown);
    if (lastGood?.epoch === get().epoch) patch(lastGood.snapshot);
  };

  const writeAll = async (): Promise<void> => {
    while (!get().inSync) {
      try {
        await writeOnce();
      } catch (thrown) {
        if (thrown instanceof LayerloomError && thrown.code === "CONNECTION_LOST") {
          await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
          continue;
        }
        giveUp(thrown);
        throw thrown;
      }
    }
    await readNow();
  };

  const write = (): Promise<void> => {
    writing ??= writeAll().finally(() => {
      writing = undefined;
    });
    return writing;
  };

  const settle = async (): Promise<void> => {
    for (;;) {
      if (!get().inSync || writing) await write();
      else if (get().text !== get().readText) await readNow();
      else return;
    }
  };

  return { write, readSoon, readNow, settle };
}

function afterReading(now: Snapshot, result: ReadResult): Parameters<DocumentAccess["patch"]>[0] {
  const found = {
    readText: now.text,
    readable: result.definition !== undefined,
    problems: result.problems,
    places: result.places,
  };
  // While a canvas edit is on its way into the text, the definition is ahead of what was read.
  if (!result.definition || !now.inSync) return found;
  const same = JSON.stringify(result.definition) === JSON.stringify(now.definition);
  return same ? found : { ...found, definition: result.definition };
}
