/** What Biome found, by rule, file and line. */
import { runTool } from "./sandbox.ts";

export interface Finding {
  /** Short name, for example `noRestrictedImports`; `plugin` for the Grit rule. */
  readonly rule: string;
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

interface RdJson {
  readonly diagnostics: readonly {
    readonly code?: { readonly value: string };
    readonly message: string;
    readonly location?: {
      readonly path: string;
      readonly range?: { readonly start: { readonly line: number } };
    };
  }[];
}

/** Lints a folder with the `biome.json` that lies in it. */
export function lint(folder: string): Finding[] {
  const args = ["lint", "--reporter=rdjson", "--max-diagnostics=none", "."];
  const { output } = runTool(folder, "biome", args, undefined, "stdout");
  const report = JSON.parse(output) as RdJson;
  return report.diagnostics.map(({ code, message, location }) => ({
    rule: code?.value.split("/").at(-1) ?? "unknown",
    path: location?.path ?? "",
    line: location?.range?.start.line ?? 0,
    message,
  }));
}
