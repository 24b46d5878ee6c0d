/** The built-in archive, served by the test itself. */
import { serve } from "../../src/driver/serve.ts";
import { demoArchive } from "../../src/scp/archive/demo.ts";
import { ArchiveScp } from "../../src/scp/archive_scp.ts";
import { tcpListener } from "../../transports/tcp.ts";

/** Serves on a free port; `latency` in milliseconds before each response. */
export async function demoServer(
  latency: number,
): Promise<{ port: string; stop: () => Promise<void> }> {
  const controller = new AbortController();
  const listener = await tcpListener({ host: "127.0.0.1", port: 0 });
  const demo = demoArchive();
  const served = serve(listener, {
    endpoint: () => new ArchiveScp({ archive: demo, latency }),
    signal: controller.signal,
  });
  return {
    port: String(listener.address.port),
    stop: async () => {
      controller.abort();
      await served;
    },
  };
}
