/** Entry of the engine's process: reads its one argument and opens the engine there. */

import type { HostSettings } from "#electron/shared/channels.ts";
import { openEngine } from "#engine/open.ts";
import { type Parent, serveHost } from "./host.ts";

// Electron puts `parentPort` on `process` in a utility process; Node's types do not know it.
const { parentPort } = process as unknown as { readonly parentPort: Parent };
const settings = JSON.parse(process.argv.at(-1) ?? "{}") as HostSettings;

await serveHost(
  parentPort,
  settings,
  (where, onFatal) =>
    openEngine({
      ...where,
      secrets: (name) => process.env[name],
      recover: "all",
      onFatal,
      // The window shows it, and offers to restore a backup.
      onDamaged: () => undefined,
    }),
  (code) => process.exit(code),
);
