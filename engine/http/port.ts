/** Owns the loopback address, and what is said about a port of it that cannot be had. */
import { createServer } from "node:net";
import { LayerloomError } from "#contract/errors.ts";

export const LOOPBACK = "127.0.0.1";

/** For whoever wants to know before anything is opened: throws PORT_IN_USE. Another program may still take it afterwards. */
export async function refusePortInUse(port: number): Promise<void> {
  const probe = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once("error", reject);
      probe.listen({ host: LOOPBACK, port }, resolve);
    });
  } catch (thrown) {
    throw portError(thrown, port);
  }
  await new Promise((resolve) => probe.close(resolve));
}

/** PORT_IN_USE in place of what listening threw, where that is what it means. */
export function portError(thrown: unknown, port: number): unknown {
  const code = thrown instanceof Error && "code" in thrown ? thrown.code : undefined;
  if (code !== "EADDRINUSE" && code !== "EACCES") return thrown;
  const reason = code === "EACCES" ? "may not be opened" : "is in use by another program";
  return new LayerloomError("PORT_IN_USE", `Port ${port} ${reason}.`, {
    hint: "Choose another with --port, or leave it out to get a free one.",
    cause: thrown,
  });
}
