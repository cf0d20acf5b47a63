/** What the window looks like right now: theme, language, panels, dialogs, the provider of the next run. */
import { create } from "zustand";
import type { PartialRun, Provider, RunPreview } from "#contract/engine-api.ts";
import type { Place } from "#contract/errors.ts";
import type { JsonObject } from "#contract/json.ts";
import { getDesktop } from "#renderer/bridge/desktop.ts";
import { mayNotify } from "#renderer/bridge/notices.ts";
import { LANGUAGES, type Language } from "#renderer/i18n/catalogue.ts";
import { setI18nLanguage } from "#renderer/i18n/i18n.ts";
import { readSetting, writeSetting } from "#renderer/state/settings.ts";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];
export const BOTTOM_TABS = ["timeline", "runs", "problems", "inbox", "yaml"] as const;
export type BottomTab = (typeof BOTTOM_TABS)[number];

export type DialogRequest =
  | { readonly kind: "open" }
  | { readonly kind: "save-as" }
  | { readonly kind: "file-changed"; readonly path: string }
  | { readonly kind: "discard"; readonly proceed: () => void }
  /** `proceed`: instead of running, once the inputs are given. */
  | { readonly kind: "run-inputs"; readonly proceed?: () => void }
  | { readonly kind: "part"; readonly partial: PartialRun; readonly preview: RunPreview }
  | { readonly kind: "command" }
  | { readonly kind: "restore" }
  | { readonly kind: "shortcuts" };

type Ui = {
  readonly theme: Theme;
  readonly language: Language;
  /** Notifications of the system, when a run needs a person who looks elsewhere. */
  readonly notify: boolean;
  readonly provider: Provider;
  readonly bottomTab: BottomTab;
  readonly bottomOpen: boolean;
  readonly leftOpen: boolean;
  readonly rightOpen: boolean;
  /** YAML beside the canvas, as well as in its tab. */
  readonly yamlBeside: boolean;
  readonly dialog: DialogRequest | undefined;
  /** A field that asked to be focused (`nodes.reason.with.prompt`); `at` makes every request new. */
  readonly focus: { readonly path: string; readonly at: number } | undefined;
  /** A place of the text that asked for the cursor, until the text pane has given it. */
  readonly textPlace: Place | undefined;
  /** The inputs given last, by document key. */
  readonly lastInputs: Readonly<Record<string, JsonObject>>;
};

const oneOf = <T extends string>(values: readonly T[], found: string | undefined, otherwise: T): T =>
  values.find((value) => value === found) ?? otherwise;

const systemLanguage = (): Language =>
  typeof navigator !== "undefined" && navigator.language.toLowerCase().startsWith("ja") ? "ja" : "en";

export const useUi = create<Ui>(() => ({
  theme: oneOf(THEMES, readSetting("theme"), "system"),
  language: oneOf(LANGUAGES, readSetting("language"), systemLanguage()),
  // On the desktop unless switched off; in a browser only once it was switched on.
  notify: mayNotify() && (readSetting("notify") ?? (getDesktop() ? "on" : "off")) === "on",
  provider: "simulated",
  bottomTab: "timeline",
  bottomOpen: true,
  leftOpen: true,
  rightOpen: true,
  yamlBeside: false,
  dialog: undefined,
  focus: undefined,
  textPlace: undefined,
  lastInputs: {},
}));

export function setTheme(theme: Theme): void {
  writeSetting("theme", theme);
  useUi.setState({ theme });
}

export function setLanguage(language: Language): void {
  writeSetting("language", language);
  useUi.setState({ language });
  setI18nLanguage(language);
}

export function setNotify(notify: boolean): void {
  writeSetting("notify", notify ? "on" : "off");
  useUi.setState({ notify });
}

export function setProvider(provider: Provider): void {
  useUi.setState({ provider });
}

/** Shows a tab of the lower panel, opening the panel when it is shut. */
export function showBottomTab(bottomTab: BottomTab): void {
  useUi.setState({ bottomTab, bottomOpen: true });
}

export function togglePanel(panel: "leftOpen" | "rightOpen" | "bottomOpen" | "yamlBeside"): void {
  useUi.setState((state) => ({ [panel]: !state[panel] }));
}

export function openDialog(dialog: DialogRequest): void {
  useUi.setState({ dialog });
}

export function closeDialog(): void {
  useUi.setState({ dialog: undefined });
}

let focusCount = 0;

/** Asks the inspector and the text pane to show a definition path. */
export function requestFocus(path: string): void {
  focusCount += 1;
  useUi.setState({ focus: { path, at: focusCount }, rightOpen: true });
}

/** Opens the text and puts the cursor there. */
export function requestPlace(textPlace: Place): void {
  useUi.setState((state) =>
    state.yamlBeside ? { textPlace } : { textPlace, bottomTab: "yaml", bottomOpen: true },
  );
}

export function rememberInputs(key: string, inputs: JsonObject): void {
  useUi.setState((state) => ({ lastInputs: { ...state.lastInputs, [key]: inputs } }));
}
