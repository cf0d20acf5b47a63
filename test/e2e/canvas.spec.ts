/** Drawing, by pointer and by keyboard: what a gesture does to the canvas, to the history and to the saved file. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type Locator, type Page } from "@playwright/test";
import { type App, test } from "./app.ts";

const FILE = "drawing.layerloom.yaml";
const DRAWING = `# kept
layerloom: 1
name: Drawing
nodes:
  one: { title: First, uses: template, with: { text: one } } # kept too
  two: { title: Second, uses: template, with: { text: two } }
  three: { title: Third, uses: template, with: { text: three } }
  four: { title: Fourth, uses: template, with: { text: four } }
edges:
  - one -> two
  - two -> three
layout:
  one: [0, 0]
  two: [320, 0]
  three: [640, 0]
  four: [320, 240]
`;

const cards = (page: Page) => page.locator(".react-flow__node");
const card = (page: Page, id: string) => page.locator(`.react-flow__node[data-id="${id}"]`);
const port = (page: Page, id: string, name: string) => card(page, id).locator(`[data-handleid="${name}"]`);
const wires = (page: Page) => page.locator(".react-flow__edge");
const wire = (page: Page, index: number) => page.locator(`.ll-wire-hit[data-edge-index="${index}"]`);
const canvas = (page: Page) => page.locator(".ll-canvas");
const search = (page: Page) => page.getByRole("dialog", { name: "Find a node to add" });
const undo = (page: Page) => page.getByRole("button", { name: "Undo" });

type Spot = { readonly x: number; readonly y: number };

async function middle(target: Locator): Promise<Spot> {
  const box = await target.boundingBox();
  if (!box) throw new Error("nothing to be seen there");
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** A place of the canvas on which there is nothing. */
async function emptySpot(page: Page): Promise<Spot> {
  const { x, y, width } = (await card(page, "three").boundingBox()) ?? { x: 0, y: 0, width: 0 };
  return { x: x + width / 2, y: y + 180 };
}

const clickOn = (page: Page, { x, y }: Spot) => page.mouse.click(x, y);

async function drag(page: Page, from: Spot, to: Spot): Promise<void> {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 4 });
  await page.mouse.move(to.x, to.y, { steps: 4 });
}

async function drop(page: Page, from: Spot, to: Spot): Promise<void> {
  await drag(page, from, to);
  await page.mouse.up();
}

/** A place on a wire that no pill covers. */
async function onWire(page: Page, index: number): Promise<Spot> {
  return wire(page, index).evaluate((path) => {
    const line = path as SVGPathElement;
    const at = line.getPointAtLength(line.getTotalLength() / 2);
    const { x, y } = at.matrixTransform(line.getScreenCTM() ?? undefined);
    return { x, y };
  });
}

async function save(app: App, page: Page, ready: (text: string) => boolean = () => true): Promise<string> {
  await page.keyboard.press("Control+s");
  const read = () => readFileSync(join(app.workspace, FILE), "utf8");
  await expect.poll(() => ready(read()), { message: "the saved file" }).toBe(true);
  return read();
}

/** Undoes once, saves, and holds the file against what it was; the window knows that it is saved. */
async function expectOneStepBack(app: App, page: Page, before = DRAWING): Promise<void> {
  await canvas(page).focus();
  await page.keyboard.press("Control+z");
  expect(await save(app, page, (text) => text === before)).toBe(before);
  await expect(page.getByText("edited")).toBeHidden();
}

const drawn = test.extend<{ page: Page }>({
  page: async ({ app, page }, use) => {
    writeFileSync(join(app.workspace, FILE), DRAWING);
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    await page.goto(app.url);
    await page.getByText(FILE).click();
    await expect(cards(page)).toHaveCount(4);
    await expect(page.locator(".ll-canvas[data-looked]")).toBeVisible();
    await use(page);
    expect(errors).toEqual([]);
  },
});

drawn(
  "a palette item is dragged onto the canvas; one step back, the text is what it was",
  async ({ app, page }) => {
    const spot = await emptySpot(page);
    const item = page.locator(".pl-item", { hasText: "Wait" }).first();
    const box = await canvas(page).boundingBox();
    await item.dragTo(canvas(page), {
      targetPosition: { x: spot.x - (box?.x ?? 0), y: spot.y - (box?.y ?? 0) },
    });
    await expect(cards(page)).toHaveCount(5);
    const saved = await save(app, page, (text) => text.includes("uses: wait"));
    expect(saved).toContain("# kept too");
    await expectOneStepBack(app, page);
    await page.keyboard.press("Control+y");
    expect(await save(app, page, (text) => text === saved)).toBe(saved);
  },
);

drawn("the palette is searched and adds by Enter", async ({ page }) => {
  const find = page.getByRole("searchbox", { name: "Find a node" });
  await find.fill("gate");
  await expect(page.locator(".pl-item").first()).toHaveText("Gate");
  await find.press("Enter");
  await expect(cards(page)).toHaveCount(5);
  await expect(page.locator('.ll-card[data-shape="gate"][data-selected]')).toHaveCount(1);
});

drawn("a double click opens the search where the pointer is", async ({ app, page }) => {
  const spot = await emptySpot(page);
  await page.mouse.dblclick(spot.x, spot.y);
  await expect(search(page)).toBeVisible();
  await page.keyboard.type("human");
  await page.keyboard.press("Enter");
  await expect(search(page)).toBeHidden();
  await expect(cards(page)).toHaveCount(5);
  await save(app, page, (text) => text.includes("uses: human"));
  await expectOneStepBack(app, page);
});

drawn(
  "port to port connects; backwards it becomes a loop; what does not fit says why",
  async ({ app, page }) => {
    await drop(page, await middle(port(page, "two", "out")), await middle(port(page, "four", "in")));
    await expect(wires(page)).toHaveCount(3);
    await save(app, page, (text) => text.includes("- two -> four"));
    await expectOneStepBack(app, page);

    await drop(page, await middle(port(page, "three", "out")), await middle(port(page, "one", "in")));
    await expect(page.locator(".ll-wire-label")).toHaveText(/0\/3/);
    const looped = await save(app, page, (text) => text.includes("kind: loop"));
    expect(looped).toMatch(/from: three, to: one, kind: loop, max: 3/);

    await drag(page, await middle(port(page, "one", "out")), await middle(port(page, "two", "in")));
    await expect(card(page, "two").locator(".ll-card-fit")).toHaveText("already connected");
    await expect(card(page, "one").locator(".ll-card-fit")).toHaveText("a node cannot follow itself");
    await expect(card(page, "four").locator(".ll-card-fit")).toHaveText("connects here");
    await page.mouse.up();
    await drop(page, await middle(port(page, "one", "out")), await middle(port(page, "one", "in")));
    await expect(wires(page)).toHaveCount(3);
    expect(await save(app, page)).toBe(looped);
  },
);

drawn(
  "an end of a selected wire is taken to another node; let go on nothing it stays",
  async ({ app, page }) => {
    await clickOn(page, await onWire(page, 1));
    const end = page.locator(".react-flow__edgeupdater-target");
    await drop(page, await middle(end), await emptySpot(page));
    await expect(search(page)).toBeHidden();
    await expect(wires(page)).toHaveCount(2);
    await drop(page, await middle(end), await middle(card(page, "four")));
    await save(app, page, (text) => text.includes("- two -> four") && !text.includes("three\n  - two"));
    await expect(wires(page)).toHaveCount(2);
    await expectOneStepBack(app, page);
    const start = page.locator(".react-flow__edgeupdater-source");
    await clickOn(page, await onWire(page, 1));
    await drop(page, await middle(start), await middle(card(page, "four")));
    await save(app, page, (text) => text.includes("- four -> three"));
    await expectOneStepBack(app, page);
  },
);

drawn(
  "Alt and a drag leave the node where it is and move a copy; Space and a drag move the view",
  async ({ page }) => {
    const from = await middle(card(page, "four").locator(".ll-card-title"));
    await page.keyboard.down("Alt");
    await drop(page, from, { x: from.x + 120, y: from.y + 40 });
    await page.keyboard.up("Alt");
    await expect(cards(page)).toHaveCount(5);
    expect(await middle(card(page, "four").locator(".ll-card-title"))).toEqual(from);
    await page.keyboard.down("Space");
    const spot = await emptySpot(page);
    await drop(page, spot, { x: spot.x + 50, y: spot.y + 20 });
    await page.keyboard.up("Space");
    const moved = await middle(card(page, "four").locator(".ll-card-title"));
    expect(Math.round(moved.x - from.x)).toBe(50);
    expect(Math.round(moved.y - from.y)).toBe(20);
  },
);

drawn("a wire let go on the empty canvas: the search makes a node and joins it", async ({ app, page }) => {
  await drop(page, await middle(port(page, "three", "out")), await emptySpot(page));
  await expect(search(page)).toBeVisible();
  await expect(search(page).getByText("Connect to", { exact: true })).toBeVisible();
  await page.keyboard.type("wait");
  await page.keyboard.press("Enter");
  await expect(cards(page)).toHaveCount(5);
  await expect(wires(page)).toHaveCount(3);
  await save(app, page, (text) => /- three -> wait/.test(text));
  await expectOneStepBack(app, page);
});

drawn("a node dropped on a wire is put into it; deleted, the wire heals", async ({ app, page }) => {
  await drop(page, await middle(card(page, "four").locator(".ll-card-head")), await onWire(page, 0));
  await expect(wires(page)).toHaveCount(3);
  const inserted = await save(app, page, (text) => text.includes("four ->"));
  expect(inserted).toMatch(/one -> four/);
  expect(inserted).toMatch(/four -> two/);
  await card(page, "four").locator(".ll-card-head").click();
  await page.keyboard.press("Delete");
  await expect(cards(page)).toHaveCount(3);
  const healed = await save(app, page, (text) => !text.includes("four"));
  expect(healed).toMatch(/one -> two/);
  expect(healed).toMatch(/two -> three/);
  await expectOneStepBack(app, page, inserted);
  await expectOneStepBack(app, page);
  await expect(undo(page)).toBeDisabled();
});

drawn("copies: Ctrl+D, and copy and paste as YAML text", async ({ app, page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await card(page, "two").locator(".ll-card-head").click();
  await page.keyboard.press("Control+d");
  await expect(cards(page)).toHaveCount(5);
  await expectOneStepBack(app, page);

  await card(page, "one").locator(".ll-card-head").click();
  await card(page, "two")
    .locator(".ll-card-head")
    .click({ modifiers: ["Shift"] });
  await page.keyboard.press("Control+c");
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toMatch(/^nodes:\n {2}one:\n/);
  expect(copied).toContain("edges:");
  const spot = await emptySpot(page);
  await page.mouse.move(spot.x, spot.y);
  await page.keyboard.press("Control+v");
  await expect(cards(page)).toHaveCount(6);
  await expect(wires(page)).toHaveCount(3);
  await expectOneStepBack(app, page);

  // Written by hand, in an editor.
  await page.evaluate(() =>
    navigator.clipboard.writeText(
      "nodes:\n  mine:\n    title: By hand\n    uses: wait\n    with: { for: 1s }\n",
    ),
  );
  await canvas(page).focus();
  await page.keyboard.press("Control+v");
  await expect(cards(page).filter({ hasText: "By hand" })).toHaveCount(1);
});

drawn("a marquee marks, Delete removes, all in one step", async ({ app, page }) => {
  const [one, two] = [await card(page, "one").boundingBox(), await card(page, "two").boundingBox()];
  if (!one || !two) throw new Error("no cards");
  await drop(
    page,
    { x: one.x - 12, y: one.y - 12 },
    { x: two.x + two.width / 2, y: two.y + two.height + 12 },
  );
  await expect(page.locator(".ll-card[data-selected]")).toHaveCount(2);
  await page.keyboard.press("Delete");
  await expect(cards(page)).toHaveCount(2);
  await expectOneStepBack(app, page);
  await expect(cards(page)).toHaveCount(4);
});

drawn("arrows and tidy change the layout's lines and nothing else", async ({ app, page }) => {
  await card(page, "four").locator(".ll-card-head").click();
  await page.keyboard.press("ArrowRight");
  const nudged = await save(app, page, (text) => text !== DRAWING);
  expect(nudged).toBe(DRAWING.replace("four: [320, 240]", "four: [328, 240]"));
  await expectOneStepBack(app, page);

  await page.keyboard.press("Escape");
  await page.keyboard.press("Shift+T");
  await expect(page.getByText("edited")).toBeVisible();
  const tidied = await save(app, page, (text) => text !== DRAWING);
  const [head] = DRAWING.split("layout:");
  expect(tidied.split("layout:")[0]).toBe(head);
  await expectOneStepBack(app, page);
});

drawn("by keyboard alone: add, connect, delete, run", async ({ app, page }) => {
  await canvas(page).focus();
  await page.keyboard.press("Tab");
  await expect(search(page)).toBeVisible();
  await page.keyboard.type("template");
  await page.keyboard.press("Enter");
  await expect(cards(page)).toHaveCount(5);
  await page.keyboard.press("c");
  const dialog = page.getByRole("dialog", { name: /^Connect / });
  await expect(dialog).toBeVisible();
  await page.keyboard.type("fourth");
  await page.keyboard.press("Enter");
  await expect(dialog).toBeHidden();
  await expect(wires(page)).toHaveCount(3);
  await save(app, page, (text) => /-> four/.test(text));
  await page.keyboard.press("Delete");
  await expect(cards(page)).toHaveCount(4);
  await page.keyboard.press("Control+Enter");
  await expect(card(page, "three")).toContainText("succeeded");
});

drawn("a wrong value stays as it was typed, says why, and never reaches the file", async ({ app, page }) => {
  await page.getByText("Running", { exact: true }).click();
  const field = page.getByLabel("Attempts at once");
  await field.fill("many");
  await field.press("Enter");
  await expect(field).toHaveValue("many");
  await expect(field).toHaveAttribute("aria-invalid", "true");
  await expect(field).toHaveAccessibleDescription(/number/);
  await canvas(page).focus();
  expect(await save(app, page)).toBe(DRAWING);
  await field.fill("3");
  // Saving from within the field takes along what was typed.
  await save(app, page, (text) => /maxConcurrent: 3/.test(text));
  await expect(field).not.toHaveAttribute("aria-invalid", "true");
});

drawn(
  "text and canvas follow each other; broken text keeps the last good graph and says where",
  async ({ page }) => {
    await page.getByRole("tab", { name: "YAML" }).click();
    const editor = page.locator(".cm-content");
    await editor.getByText("title: Third").click();
    await expect(page.locator('.react-flow__node[data-id="three"] .ll-card')).toHaveAttribute(
      "data-selected",
      "true",
    );
    await page.keyboard.press("Home");
    await page.keyboard.type("fresh: { title: Typed, uses: template, with: { text: hi } }\n");
    await expect(card(page, "fresh")).toContainText("Typed");

    await page.keyboard.type("broken: { uses: \n");
    await expect(page.locator(".text-warning")).toBeVisible();
    await expect(cards(page)).toHaveCount(5);
    await page.getByRole("tab", { name: /Problems/ }).click();
    const problem = page.locator('.text-problem[data-severity="error"]').first();
    const line = /Line (\d+)/i.exec((await problem.textContent()) ?? "")?.[1];
    expect(Number(line)).toBeGreaterThan(7);
    await problem.click();
    await expect(page.locator(".cm-content")).toBeFocused();
    const cursor = await page
      .locator(".cm-line")
      .evaluateAll((lines) => lines.findIndex((each) => each.classList.contains("cm-activeLine")) + 1);
    expect(cursor).toBe(Number(line));
  },
);

drawn("a problem's click opens the very field", async ({ page }) => {
  await card(page, "four").locator(".ll-card-head").click();
  const text = page.locator('[data-path="nodes.four.with.text"]');
  await text.fill("${{ nodes.nobody.output }}");
  await text.blur();
  await page.getByRole("tab", { name: /Problems/ }).click();
  const problem = page.locator(".text-problem", { hasText: "nodes.four.with.text" });
  await expect(problem).toBeVisible();
  await canvas(page).focus();
  await page.keyboard.press("Escape");
  await problem.click();
  await expect(text).toBeFocused();
});

drawn("the picture is a PNG of the whole graph", async ({ page }) => {
  const spot = await emptySpot(page);
  await page.mouse.click(spot.x, spot.y, { button: "right" });
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("menuitem", { name: /PNG/ }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("Drawing.png");
  const bytes = readFileSync(await download.path());
  expect(bytes.subarray(1, 4).toString()).toBe("PNG");
  // Twice the 872 × 360 units of the cards at least.
  expect(bytes.readUInt32BE(16)).toBeGreaterThan(1744);
  expect(bytes.readUInt32BE(20)).toBeGreaterThan(720);
});

test("at first sight all of the sample is there, its pills and wires too", async ({ opened: page }) => {
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.getByText("Standard five layers").first().click();
  await expect(cards(page)).toHaveCount(7);
  const stage = await canvas(page).boundingBox();
  if (!stage) throw new Error("no canvas");
  const inside = async (drawn: Locator) => {
    for (const each of await drawn.all()) {
      const box = await each.boundingBox();
      if (!box) continue;
      expect(box.x).toBeGreaterThanOrEqual(stage.x);
      expect(box.x + box.width).toBeLessThanOrEqual(stage.x + stage.width);
    }
  };
  await expect(async () => {
    await inside(cards(page));
    await inside(page.locator(".ll-wire-line, .ll-wire-label"));
  }).toPass();
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByRole("button", { name: "Fit all", exact: true }).click();
  await expect(page.locator(".ll-wire-label", { hasText: "approved" })).toBeVisible();
});

test("a wide pipeline opens at its beginning, large enough to be read", async ({ opened: page }) => {
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.getByText("dependency-review.layerloom.yaml").click();
  const first = cards(page).first();
  await expect(first).toBeInViewport({ ratio: 1 });
  // Cards are 232 units wide, and all that they say is drawn from 60 % on.
  await expect.poll(async () => (await first.boundingBox())?.width ?? 0).toBeGreaterThan(0.6 * 232);
  await expect(first.locator(".ll-card")).not.toHaveAttribute("data-far");
});
