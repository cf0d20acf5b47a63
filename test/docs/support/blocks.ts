/** Owns how commands stand in a Markdown page: which fenced blocks are a shell's, and where each command begins. */

export type DocCommand = {
  readonly line: number;
  readonly text: string;
  /** The output that the page shows; absent where it shows none. */
  readonly shown?: readonly string[];
};

export type Block = { readonly line: number; readonly commands: readonly DocCommand[] };

const FENCE = /^```(\w*)\s*$/;
const SHELLS = new Set(["sh", "bash", "shell", "console"]);
const PROMPT = "$ ";

type Line = { readonly number: number; readonly text: string };

export function shellBlocks(markdown: string): readonly Block[] {
  const blocks: Block[] = [];
  let open: { readonly language: string; readonly line: number; readonly lines: Line[] } | undefined;
  for (const [index, text] of markdown.split("\n").entries()) {
    const fence = FENCE.exec(text);
    if (!fence) open?.lines.push({ number: index + 1, text });
    else if (!open) open = { language: fence[1] ?? "", line: index + 1, lines: [] };
    else {
      if (SHELLS.has(open.language)) {
        const commands = open.language === "console" ? fromConsole(open.lines) : fromScript(open.lines);
        blocks.push({ line: open.line, commands });
      }
      open = undefined;
    }
  }
  return blocks;
}

/** Every line is a command but comments and empty ones. */
function fromScript(lines: readonly Line[]): readonly DocCommand[] {
  return joined(lines)
    .filter(({ text }) => text.trim() !== "" && !text.trimStart().startsWith("#"))
    .map(({ number, text }) => ({ line: number, text: text.trim() }));
}

/** `$ ` begins a command; what stands below it is what it prints. */
function fromConsole(lines: readonly Line[]): readonly DocCommand[] {
  const commands: { line: number; text: string; shown?: string[] }[] = [];
  for (const { number, text } of joined(lines)) {
    if (text.startsWith(PROMPT)) commands.push({ line: number, text: text.slice(PROMPT.length).trim() });
    else {
      const last = commands.at(-1);
      if (!last) throw new Error(`line ${number}: a console block begins with a command after "$ "`);
      last.shown = [...(last.shown ?? []), text];
    }
  }
  return commands;
}

function joined(lines: readonly Line[]): readonly Line[] {
  const whole: { number: number; text: string }[] = [];
  let continues = false;
  for (const { number, text } of lines) {
    const last = whole.at(-1);
    if (continues && last) last.text += ` ${text.trim()}`;
    else whole.push({ number, text });
    const end = whole.at(-1)!;
    continues = end.text.endsWith("\\");
    if (continues) end.text = end.text.slice(0, -1).trimEnd();
  }
  return whole;
}
