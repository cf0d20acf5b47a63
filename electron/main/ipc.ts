/**
 * The window's way to the main process. Every message is checked twice: that it comes from the main frame of one of
 * our own windows at our own origin, and that what it carries has the expected shape. Anything else gets no answer.
 */
import type { IpcMainEvent, IpcMainInvokeEvent, WebContents } from "electron";
import { z } from "zod";
import type { Notice, OpenDialogRequest, SaveDialogRequest, WindowState } from "#contract/desktop.ts";
import { INVOKE, TELL } from "#electron/shared/channels.ts";
import type { ElectronApi } from "./electron-api.ts";
import { isAppUrl } from "./security.ts";

const text = z.string().max(4_096);
const filters = z
  .array(z.strictObject({ name: text, extensions: z.array(z.string().max(32)).max(16) }))
  .max(16);
const openSchema = z.strictObject({ title: text.optional(), filters: filters.optional() });
const saveSchema = openSchema.extend({ suggestedName: text.optional() });
const windowStateSchema = z.strictObject({
  title: text,
  path: text.optional(),
  dirty: z.boolean(),
  openTasks: z.int().min(0),
});
const noticeSchema = z.strictObject({
  title: z.string().max(200),
  body: z.string().max(400),
  target: z.strictObject({ runId: z.string().max(200), node: z.string().max(200) }).optional(),
});
const portNumberSchema = z.int().min(0);

/** What the shell does when the window asks. `contents` is the window's. */
export type WindowRequests = {
  showOpenDialog(contents: WebContents, request: OpenDialogRequest): Promise<string | undefined>;
  showSaveDialog(contents: WebContents, request: SaveDialogRequest): Promise<string | undefined>;
  setWindowState(contents: WebContents, state: WindowState): void;
  notify(contents: WebContents, notice: Notice | undefined): void;
  /** Sends a port to the engine back to the window, under the same number. */
  connectEngine(contents: WebContents, number: number): void;
  ready(contents: WebContents): void;
};

export function handleIpc(
  { ipcMain }: Pick<ElectronApi, "ipcMain">,
  isOurs: (contents: WebContents) => boolean,
  requests: WindowRequests,
): void {
  const trusted = (event: IpcMainEvent | IpcMainInvokeEvent): boolean => {
    const { sender, senderFrame } = event;
    // A frame that is gone, or any frame but the top one, is nobody.
    return (
      senderFrame !== null && senderFrame === sender.mainFrame && isAppUrl(senderFrame.url) && isOurs(sender)
    );
  };
  const answer = <T>(
    channel: string,
    schema: z.ZodType<T>,
    act: (contents: WebContents, request: T) => Promise<unknown>,
  ): void => {
    ipcMain.handle(channel, async (event, request: unknown) => {
      if (!trusted(event)) throw new Error("refused");
      return act(event.sender, schema.parse(request));
    });
  };
  const hear = <T>(
    channel: string,
    schema: z.ZodType<T>,
    act: (contents: WebContents, value: T) => void,
  ): void => {
    ipcMain.on(channel, (event, value: unknown) => {
      const checked = schema.safeParse(value);
      if (trusted(event) && checked.success) act(event.sender, checked.data);
    });
  };

  answer(INVOKE.openDialog, openSchema, requests.showOpenDialog);
  answer(INVOKE.saveDialog, saveSchema, requests.showSaveDialog);
  hear(TELL.windowState, windowStateSchema, requests.setWindowState);
  hear(TELL.notify, noticeSchema.optional(), requests.notify);
  hear(TELL.wantEngine, portNumberSchema, requests.connectEngine);
  hear(TELL.ready, z.undefined(), requests.ready);
}
