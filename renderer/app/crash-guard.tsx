/** The last net: when drawing fails, a person reads what happened and can go on after a reload. */
import { Component, type ReactNode } from "react";
import { translate } from "#renderer/i18n/i18n.ts";
import { Button } from "#renderer/ui/button.tsx";

type State = { readonly message: string | undefined };

export class CrashGuard extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { message: undefined };

  static getDerivedStateFromError(error: unknown): State {
    return { message: error instanceof Error ? error.message : String(error) };
  }

  override render(): ReactNode {
    if (this.state.message === undefined) return this.props.children;
    return (
      <main className="app-crash" role="alert">
        <h1>{translate("app.crash.title")}</h1>
        <p>{translate("app.crash.text")}</p>
        <pre>{this.state.message}</pre>
        <Button kind="primary" onClick={() => window.location.reload()}>
          {translate("app.crash.reload")}
        </Button>
      </main>
    );
  }
}
