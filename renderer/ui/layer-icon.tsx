/** The five layers' icons, letters and colours. */
import { Eye, FlipHorizontal2, GitBranch, Globe, type LucideIcon, Plus, Zap } from "lucide-react";
import type { ReactNode } from "react";
import type { Layer } from "#contract/definition.ts";

const ICONS: Readonly<Record<Layer, LucideIcon>> = {
  perception: Eye,
  understanding: Globe,
  reasoning: GitBranch,
  execution: Zap,
  reflection: FlipHorizontal2,
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

export function LayerIcon({
  layer,
  size = 16,
}: {
  readonly layer: Layer | undefined;
  readonly size?: number;
}): ReactNode {
  const Icon = layer ? ICONS[layer] : Plus;
  return <Icon size={size} color={layerColour(layer)} aria-hidden="true" />;
}
