/** The whole canvas as a PNG or SVG file. Draws what is on the page; the caller makes sure that all of it is. */
import { toPng, toSvg } from "html-to-image";
import type { Rect } from "./geometry.ts";

const MARGIN = 40;
/** Browsers refuse canvases much larger than this. */
const LONGEST_PX = 12_000;

export async function downloadPicture(
  viewport: HTMLElement,
  area: Rect,
  format: "png" | "svg",
  name: string,
): Promise<void> {
  const width = area.width + 2 * MARGIN;
  const height = area.height + 2 * MARGIN;
  const pixelRatio = Math.min(2, LONGEST_PX / Math.max(width, height));
  const canvas = viewport.closest(".ll-canvas");
  const options = {
    width,
    height,
    pixelRatio,
    backgroundColor: canvas ? getComputedStyle(canvas).backgroundColor : "white",
    style: {
      width: `${width}px`,
      height: `${height}px`,
      transform: `translate(${MARGIN - area.x}px, ${MARGIN - area.y}px) scale(1)`,
    },
  };
  const restore = inlineLines(viewport);
  let url: string;
  try {
    url = format === "png" ? await toPng(viewport, options) : await toSvg(viewport, options);
  } finally {
    restore();
  }
  const link = document.createElement("a");
  link.href = url;
  link.download = `${name}.${format}`;
  link.click();
}

const LINE_STYLES = [
  "fill",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "stroke-linecap",
  "stroke-linejoin",
  "opacity",
] as const;

/** The copy that is drawn loses what style sheets say about lines: for that moment the lines say it themselves. */
function inlineLines(viewport: HTMLElement): () => void {
  const undo: (() => void)[] = [];
  for (const element of viewport.querySelectorAll<SVGElement>("svg path, svg circle, svg g.ll-wire")) {
    const before = element.getAttribute("style");
    const style = getComputedStyle(element);
    for (const name of LINE_STYLES) element.style.setProperty(name, style.getPropertyValue(name));
    undo.push(() =>
      before === null ? element.removeAttribute("style") : element.setAttribute("style", before),
    );
  }
  return () => {
    for (const each of undo) each();
  };
}
