/**
 * One build, five environments: `vite build --app` writes
 *
 *   dist/client   the renderer, for the window and for the browser
 *   dist/cli      the command line and the server
 *   dist/main     Electron's main process
 *   dist/preload  Electron's preload (CommonJS: a sandboxed preload cannot be an ES module)
 *   dist/host     the engine in its own process
 *
 * Everything is bundled but what cannot be: Node's own modules, Electron, and the native SQLite add-on.
 * A file named `*-worker.ts` in engine/ is an entry of its own beside each main file that may start it, so
 * that `new URL("./<name>-worker.js", import.meta.url)` finds it in the flat output folder.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { basename, dirname, join, resolve } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig, type EnvironmentOptions, type Plugin } from "vite";

const root = import.meta.dirname;
const at = (...parts: string[]) => resolve(root, ...parts);

/** Packages that are installed beside the bundles: a native add-on, and one that reads its own file name. */
const installed = ["better-sqlite3", "write-file-atomic"];
const external = [...builtinModules, /^node:/, "electron", ...installed];

/** Worker files below a folder, by the name they have in the output. */
function workers(folder: string): Record<string, string> {
  if (!existsSync(folder)) return {};
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith("-worker.ts"))
      .map((entry) => [basename(entry.name, ".ts"), join(entry.parentPath, entry.name)]),
  );
}

/** QuickJS reads its WebAssembly from beside its own module, so the file has to move with the module. */
function quickjsWasm(): Plugin {
  const fileName = "emscripten-module.wasm";
  return {
    name: "layerloom:quickjs-wasm",
    applyToEnvironment: (environment) => environment.config.consumer === "server",
    generateBundle(_, bundle) {
      const modules = Object.values(bundle).flatMap((file) => (file.type === "chunk" ? file.moduleIds : []));
      const variants = modules.filter((id) => /[\\/]emscripten-module\.[cm]?js$/.test(id));
      if (variants.length > 1) this.error(`more than one variant of QuickJS: ${variants.join(", ")}`);
      for (const id of variants) {
        this.emitFile({ type: "asset", fileName, source: readFileSync(join(dirname(id), fileName)) });
      }
    },
  };
}

/** The command line starts in a fraction of the time when Node loads it by its older, synchronous loader. */
function asCommonJs(): Plugin {
  return {
    name: "layerloom:commonjs",
    applyToEnvironment: (environment) => environment.name === "cli",
    generateBundle() {
      this.emitFile({ type: "asset", fileName: "package.json", source: '{ "type": "commonjs" }\n' });
    },
  };
}

/**
 * The command parser loads `child_process` (and with it the network) for a feature that is not used here; every start
 * would pay for it.
 */
function leanParser(): Plugin {
  const unused = "import childProcess from 'node:child_process';";
  return {
    name: "layerloom:lean-parser",
    enforce: "pre",
    applyToEnvironment: (environment) => environment.name === "cli",
    transform(code, id) {
      if (!/[\\/]commander[\\/]lib[\\/]command\.js$/.test(id)) return undefined;
      if (!code.includes(unused)) this.error("commander no longer imports child_process as it did");
      return { code: code.replace(unused, "const childProcess = {};"), map: null };
    },
  };
}

interface NodeTarget {
  readonly entry: string;
  readonly format?: "es" | "cjs";
  readonly withWorkers?: boolean;
}

const nodeTargets: Record<string, NodeTarget> = {
  cli: { entry: at("engine/cli/main.ts"), format: "cjs", withWorkers: true },
  main: { entry: at("electron/main/main.ts") },
  preload: { entry: at("electron/preload/main.ts"), format: "cjs" },
  host: { entry: at("electron/engine-host/main.ts"), withWorkers: true },
};

const clientEntry = at("renderer/index.html");

function nodeEnvironment(name: string, target: NodeTarget): EnvironmentOptions {
  const extension = name === "preload" ? "cjs" : "js";
  return {
    consumer: "server",
    resolve: { noExternal: true, external: ["electron", ...installed], conditions: ["node"] },
    build: {
      target: "node24",
      outDir: at("dist", name),
      emptyOutDir: true,
      copyPublicDir: false,
      // Smaller files are read and checked against Node's compile cache sooner, at every start of the command line.
      minify: name === "cli",
      sourcemap: true,
      rolldownOptions: {
        input: { main: target.entry, ...(target.withWorkers ? workers(at("engine")) : {}) },
        external,
        output: {
          format: target.format ?? "es",
          entryFileNames: `[name].${extension}`,
          chunkFileNames: `[name]-[hash].${extension}`,
        },
      },
    },
  };
}

/** Environments whose entry exists: a missing one is left out and named, never built empty. */
const present = Object.entries(nodeTargets).filter(([, target]) => existsSync(target.entry));

export default defineConfig({
  root: at("renderer"),
  base: "./",
  plugins: [react(), quickjsWasm(), asCommonJs(), leanParser()],
  worker: { format: "es" },
  environments: {
    client: {
      build: {
        target: "chrome130",
        outDir: at("dist/client"),
        emptyOutDir: true,
        modulePreload: { polyfill: false },
        assetsInlineLimit: 0,
        chunkSizeWarningLimit: 4000,
        ...(existsSync(clientEntry) ? { rolldownOptions: { input: clientEntry } } : {}),
      },
    },
    ...Object.fromEntries(present.map(([name, target]) => [name, nodeEnvironment(name, target)])),
  },
  builder: {
    async buildApp(builder) {
      const names = [...(existsSync(clientEntry) ? ["client"] : []), ...present.map(([name]) => name)];
      const missing = ["client", ...Object.keys(nodeTargets)].filter((name) => !names.includes(name));
      if (missing.length > 0) builder.config.logger.warn(`no entry file yet for: ${missing.join(", ")}`);
      for (const name of names) {
        const environment = builder.environments[name];
        if (environment) await builder.build(environment);
      }
    },
  },
});
