/** The icon of an activity, by the lucide name that the engine gives. Only icons in use are bundled. */
import {
  Archive,
  ArchiveRestore,
  BookPlus,
  Bot,
  Box,
  Braces,
  CircleCheck,
  Clapperboard,
  Clock,
  FileInput,
  FileOutput,
  FileText,
  FolderSearch,
  Globe,
  Hand,
  type LucideIcon,
  ShieldCheck,
  Shuffle,
  Sparkles,
  Terminal,
  Workflow,
} from "lucide-react";
import type { ReactNode } from "react";

const ICONS: Readonly<Record<string, LucideIcon>> = {
  archive: Archive,
  "archive-restore": ArchiveRestore,
  "book-plus": BookPlus,
  bot: Bot,
  box: Box,
  braces: Braces,
  "circle-check": CircleCheck,
  clapperboard: Clapperboard,
  clock: Clock,
  "file-input": FileInput,
  "file-output": FileOutput,
  "file-text": FileText,
  "folder-search": FolderSearch,
  globe: Globe,
  hand: Hand,
  "shield-check": ShieldCheck,
  shuffle: Shuffle,
  sparkles: Sparkles,
  terminal: Terminal,
  workflow: Workflow,
};

export function ActivityIcon({
  name,
  size = 16,
}: {
  readonly name: string | undefined;
  readonly size?: number;
}): ReactNode {
  const Icon = (name !== undefined && ICONS[name]) || Box;
  return <Icon size={size} aria-hidden="true" />;
}
