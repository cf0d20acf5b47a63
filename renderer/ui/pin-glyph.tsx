/** The mark of a pinned output, the same wherever it stands. */
import { Pin } from "lucide-react";
import type { ReactNode } from "react";

export function PinGlyph({ size }: { readonly size: number }): ReactNode {
  return <Pin size={size} aria-hidden="true" />;
}
