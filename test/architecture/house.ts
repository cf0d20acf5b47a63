/**
 * The plan of the house as DESIGN states it, written a second time and independently of the configuration,
 * so that the tests can hold `tsconfig`, `biome.json` and the aliases of `package.json` against it.
 */

interface Room {
  /** Folder from the root. */
  readonly folder: string;
  /** Alias by which other rooms name it. */
  readonly alias: string;
  /** Rooms it may import, besides itself. */
  readonly mayImport: readonly string[];
  /** Packages it may import; where missing, the room is not limited to a list. */
  readonly packages?: readonly string[];
  /** What its code can name without an import. */
  readonly globals: "language" | "node" | "browser";
  /** Whether `node:` modules are allowed. */
  readonly nodeModules: boolean;
}

const ENGINE_ROOMS = [
  "contract",
  "core",
  "ports",
  "expression",
  "document",
  "activities",
  "store",
  "runtime",
  "workspace",
] as const;

const engine = (
  name: string,
  mayImport: readonly string[],
  packages: readonly string[],
  globals: Room["globals"],
  nodeModules: boolean,
): [string, Room] => [
  name,
  { folder: `engine/${name}`, alias: `#${name}/`, mayImport, packages, globals, nodeModules },
];

export const ROOMS: ReadonlyMap<string, Room> = new Map<string, Room>([
  engine("contract", [], ["zod"], "language", false),
  engine("core", ["contract"], [], "language", false),
  engine("expression", ["contract"], ["@marcbachmann/cel-js"], "language", false),
  engine("ports", ["contract", "core"], ["zod"], "node", false),
  engine("document", ["contract", "core", "ports", "expression"], ["yaml", "zod"], "node", false),
  engine(
    "activities",
    ["contract", "ports"],
    ["zod", "@anthropic-ai/sdk", "quickjs-emscripten"],
    "node",
    true,
  ),
  engine("store", ["contract", "core", "ports"], ["better-sqlite3", "zod"], "node", true),
  engine("runtime", ["contract", "core", "ports", "expression"], [], "node", true),
  engine("workspace", ["contract", "ports"], ["write-file-atomic"], "node", true),
  engine(
    "http",
    ["contract", "open"],
    ["fastify", "@fastify/static", "@fastify/websocket", "ws", "zod"],
    "node",
    true,
  ),
  engine("cli", ["contract", "open", "http"], ["commander", "write-file-atomic", "ws", "zod"], "node", true),
  [
    "open",
    {
      folder: "engine",
      alias: "#engine/open.ts",
      mayImport: ENGINE_ROOMS,
      globals: "node",
      nodeModules: true,
    },
  ],
  [
    "electron",
    {
      folder: "electron",
      alias: "#electron/",
      mayImport: ["contract", "open"],
      globals: "node",
      nodeModules: true,
    },
  ],
  [
    "renderer",
    {
      folder: "renderer",
      alias: "#renderer/",
      mayImport: ["contract"],
      globals: "browser",
      nodeModules: false,
    },
  ],
]);

/** Renderer folders, and the renderer folders each may import besides itself. */
export const RENDERER_FOLDERS: ReadonlyMap<string, readonly string[]> = new Map([
  ["app", ["canvas", "palette", "inspector", "runs", "start", "text", "state", "bridge", "ui", "i18n"]],
  ["canvas", ["state", "bridge", "ui", "i18n"]],
  ["palette", ["state", "bridge", "ui", "i18n"]],
  ["inspector", ["state", "bridge", "ui", "i18n"]],
  ["runs", ["state", "bridge", "ui", "i18n"]],
  ["start", ["state", "bridge", "ui", "i18n"]],
  ["text", ["state", "bridge", "ui", "i18n"]],
  ["state", ["bridge", "i18n"]],
  ["bridge", ["i18n"]],
  ["ui", ["i18n"]],
  ["i18n", []],
]);

/** The specifier by which a file of another room names `file` in `room`. */
export function specifier(room: string, file: string): string {
  const { alias } = ROOMS.get(room) ?? { alias: `#${room}/` };
  return alias.endsWith("/") ? `${alias}${file}` : alias;
}
