/** The hexagon of a gate as path data. Pure. */
import { GATE_SLANT } from "./geometry.ts";

/** `inset` in px from the box; `stripe`: only the left side, open. */
export function gateOutline(width: number, height: number, inset: number, stripe = false): string {
  const [left, right, top, bottom, middle] = [inset, width - inset, inset, height - inset, height / 2];
  const [a, b] = [GATE_SLANT, width - GATE_SLANT];
  if (stripe) return `M${a},${top}L${left},${middle}L${a},${bottom}`;
  return `M${a},${top}L${b},${top}L${right},${middle}L${b},${bottom}L${a},${bottom}L${left},${middle}Z`;
}
