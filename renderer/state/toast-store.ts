/** Short messages at the edge of the window. Errors stay until they are dismissed. */
import { create } from "zustand";
import { type ErrorShape, toErrorShape } from "#contract/errors.ts";

export type Toast = {
  readonly id: number;
  readonly kind: "info" | "success" | "error";
  readonly text: string;
  readonly error?: ErrorShape | undefined;
  /** What a person can do about it right here. */
  readonly act?: { readonly label: string; readonly run: () => void } | undefined;
};

type Toasts = { readonly toasts: readonly Toast[] };

const INFO_MS = 4_000;
/** Time enough to decide whether to go there. */
const ACT_MS = 10_000;
const MOST = 4;
let next = 1;

export const useToasts = create<Toasts>(() => ({ toasts: [] }));

export function dismissToast(id: number): void {
  useToasts.setState((state) => ({ toasts: state.toasts.filter((toast) => toast.id !== id) }));
}

export function showToast(kind: Toast["kind"], text: string, more: Pick<Toast, "error" | "act"> = {}): void {
  const id = next++;
  const toast = { id, kind, text, ...more };
  useToasts.setState((state) => ({
    toasts: [...state.toasts.filter((other) => other.text !== text), toast].slice(-MOST),
  }));
  if (kind !== "error") setTimeout(() => dismissToast(id), more.act ? ACT_MS : INFO_MS);
}

/** Shows anything that was thrown; the screen words it by its code. */
export function showError(thrown: unknown): void {
  const error = toErrorShape(thrown);
  showToast("error", error.message, { error });
}
