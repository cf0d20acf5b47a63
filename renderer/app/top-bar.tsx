/** The bar above everything: what is open, search, which model, language, theme, Run. */
import { Layers, Moon, Play, Redo2, Search, SlidersHorizontal, Sun, SunMoon, Undo2 } from "lucide-react";
import type { ReactNode } from "react";
import { COMMANDS, runCommand } from "#renderer/app/commands.ts";
import { FileMenu } from "#renderer/app/file-menu.tsx";
import { NotifySwitch } from "#renderer/app/notify-switch.tsx";
import { ProviderBadge } from "#renderer/app/provider-badge.tsx";
import { RunQuote } from "#renderer/app/run-quote.tsx";
import { useT } from "#renderer/i18n/i18n.ts";
import { useDocument } from "#renderer/state/document-store.ts";
import { putRunAway, useRunState } from "#renderer/state/run-store.ts";
import { openDialog, setLanguage, setTheme, THEMES, type Theme, useUi } from "#renderer/state/ui-store.ts";
import { useReadOnly } from "#renderer/state/view.ts";
import { Button, IconButton } from "#renderer/ui/button.tsx";
import { fileTitle } from "#renderer/ui/format.ts";
import { keyLabel } from "#renderer/ui/keys.ts";
import { Menu } from "#renderer/ui/menu.tsx";

export function TopBar(): ReactNode {
  const t = useT();
  return (
    <header className="app-top">
      <div className="app-top-left">
        <button type="button" className="app-brand" onClick={goHome} title={t("app.home")}>
          <Layers size={18} aria-hidden="true" />
          <span>Layerloom</span>
        </button>
        <DocumentName />
        <FileMenu />
        <UndoButtons />
      </div>
      <button type="button" className="app-search" onClick={() => runCommand("search")}>
        <Search size={14} aria-hidden="true" />
        <span>{t("app.search")}</span>
        <kbd className="ui-kbd">{keyLabel("Ctrl+K")}</kbd>
      </button>
      <div className="app-top-right">
        <ProviderBadge />
        <NotifySwitch />
        <LanguageSwitch />
        <ThemeSwitch />
        <RunQuote />
        <RunButton />
      </div>
    </header>
  );
}

/** A run can be looked at without a document. */
function goHome(): void {
  if (useDocument.getState().phase === "editing") runCommand("close-document");
  else putRunAway();
}

function DocumentName(): ReactNode {
  const t = useT();
  const frozen = useRunState((state) => (state.opened ? state.frozen?.definition.name : undefined));
  const name = useDocument((state) => (state.file ? fileTitle(state.file.path) : state.definition.name));
  const path = useDocument((state) => state.file?.path ?? state.definition.name);
  const dirty = useDocument((state) => state.dirty);
  if (frozen !== undefined) return <h1 className="app-document app-document-name">{frozen}</h1>;
  return (
    <h1 className="app-document" title={path}>
      <span className="app-document-name">{name}</span>
      {dirty && (
        <span className="app-edited">
          <span aria-hidden="true">●</span> {t("app.edited")}
        </span>
      )}
    </h1>
  );
}

function UndoButtons(): ReactNode {
  const t = useT();
  const past = useDocument((state) => state.history.past.at(-1));
  const future = useDocument((state) => state.history.future.at(-1));
  const readOnly = useReadOnly();
  return (
    <>
      <IconButton
        label={t("app.undo")}
        keys={keyLabel(COMMANDS.undo.keys ?? "")}
        disabled={!past || readOnly}
        onClick={() => runCommand("undo")}
      >
        <Undo2 size={16} />
      </IconButton>
      <IconButton
        label={t("app.redo")}
        keys={keyLabel(COMMANDS.redo.keys ?? "")}
        disabled={!future || readOnly}
        onClick={() => runCommand("redo")}
      >
        <Redo2 size={16} />
      </IconButton>
    </>
  );
}

export function LanguageSwitch(): ReactNode {
  const t = useT();
  const language = useUi((state) => state.language);
  return (
    <fieldset className="app-language" aria-label={t("app.language")}>
      <button type="button" lang="en" aria-pressed={language === "en"} onClick={() => setLanguage("en")}>
        EN
      </button>
      <span aria-hidden="true">·</span>
      <button type="button" lang="ja" aria-pressed={language === "ja"} onClick={() => setLanguage("ja")}>
        JA
      </button>
    </fieldset>
  );
}

const THEME_ICONS: Readonly<Record<Theme, ReactNode>> = {
  system: <SunMoon size={16} />,
  light: <Sun size={16} />,
  dark: <Moon size={16} />,
};

export function ThemeSwitch(): ReactNode {
  const t = useT();
  const theme = useUi((state) => state.theme);
  return (
    <Menu
      trigger={<IconButton label={t("app.theme")}>{THEME_ICONS[theme]}</IconButton>}
      items={THEMES.map((choice) => ({
        key: choice,
        label: t(`app.theme.${choice}`),
        icon: THEME_ICONS[choice],
        end: choice === theme ? "✓" : undefined,
        onSelect: () => setTheme(choice),
      }))}
    />
  );
}

function RunButton(): ReactNode {
  const t = useT();
  const starting = useRunState((state) => state.starting);
  const readOnly = useReadOnly();
  const empty = useDocument((state) => Object.keys(state.definition.nodes).length === 0);
  const hasInputs = useDocument((state) => Object.keys(state.definition.inputs ?? {}).length > 0);
  const disabled = starting || readOnly || empty;
  return (
    <span className="app-run-group">
      <Button
        kind="primary"
        className="app-run"
        disabled={disabled}
        title={`${t("app.run")} (${keyLabel(COMMANDS.run.keys ?? "")})`}
        onClick={() => runCommand("run")}
      >
        <Play size={14} fill="currentColor" aria-hidden="true" />
        {t("app.run")}
      </Button>
      {hasInputs && (
        <Button
          kind="primary"
          className="app-run-inputs"
          disabled={disabled}
          aria-label={t("app.runInputs")}
          title={t("app.runInputs")}
          onClick={() => openDialog({ kind: "run-inputs" })}
        >
          <SlidersHorizontal size={14} aria-hidden="true" />
        </Button>
      )}
    </span>
  );
}
