/** The outside world of the crash test: a server that notes every call and can be told to end the caller at the n-th. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export type World = {
  readonly base: string;
  /** Paths in the order of the calls. */
  readonly calls: string[];
  /** The HTTP status of the answer; 200 unless it is changed. */
  status: (path: string) => number;
  /** Runs at the n-th call (1-based), before it is answered. */
  onCall: (count: number) => void;
  close(): Promise<void>;
};

export async function openWorld(): Promise<World> {
  const calls: string[] = [];
  const server = createServer((request, response) => {
    request.resume();
    calls.push(request.url ?? "");
    world.onCall(calls.length);
    response.sendDate = false;
    response.writeHead(world.status(request.url ?? ""), { "content-type": "application/json" });
    response.end(JSON.stringify({ seen: request.url }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const world: World = {
    base: `http://127.0.0.1:${port}`,
    calls,
    status: () => 200,
    onCall: () => {},
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return world;
}
