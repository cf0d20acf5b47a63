/** For commands that only look at a database: they work on a full disk and on a damaged file, and say so. */
import { printError } from "./output.ts";
import { type Session, withExisting } from "./session.ts";
import { heldNote, lookingWords } from "./view/held.ts";

export function lookAt<T>(
  { db, json = false }: { readonly db?: string | undefined; readonly json?: boolean | undefined },
  act: (session: Session) => Promise<T>,
): Promise<T> {
  return withExisting(db, async (session) => {
    const { error } = await session.api.databaseState();
    if (error) printError(json ? JSON.stringify(heldNote(error)) : lookingWords(error));
    return act(session);
  });
}
