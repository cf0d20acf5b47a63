/** The five layers' icons, letters and colours. */
import { Eye, GitBranch, Globe, type LucideIcon, Plus, Zap } from "lucide-react";
import type { ReactNode } from "react";
import type { Layer } from "#contract/definition.ts";

const ICONS: Readonly<Record<Exclude<Layer, "reflection">, LucideIcon>> = {
  perception: Eye,
  understanding: Globe,
  reasoning: GitBranch,
  execution: Zap,
};

export const LAYER_LETTERS: Readonly<Record<Layer, string>> = {
  perception: "P",
  understanding: "U",
  reasoning: "R",
  execution: "E",
  reflection: "F",
};

export function layerColour(layer: Layer | undefined): string {
  return `var(--layer-${layer ?? "none"})`;
}

type LayerIconProps = { readonly layer: Layer | undefined; readonly size?: number };

export function LayerIcon({ layer, size = 16 }: LayerIconProps): ReactNode {
  if (layer === "reflection") return <Mirror size={size} />;
  const Icon = layer ? ICONS[layer] : Plus;
  return <Icon size={size} color={layerColour(layer)} aria-hidden="true" />;
}

/** A shape and its mirror image: the icon set has none that reads so at 14 px. */
function Mirror({ size }: { readonly size: number }): ReactNode {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke={layerColour("reflection")}
      strokeWidth={2}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d="M8 5 2.5 19H8Z" />
      <path d="M16 5l5.5 14H16Z" />
      <path d="M12 3v18" />
    </svg>
  );
}
