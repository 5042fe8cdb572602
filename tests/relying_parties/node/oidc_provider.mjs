// A certified provider with the clients that SETTINGS (JSON) names, on a free port, which it prints:
// ../redirect_uris.rs compares its answers with ours. Ends when its standard input does.

import { createServer } from "node:http";
import { settings } from "./check.mjs";

const { Provider } = await import("oidc-provider");

const server = createServer().listen(0, "127.0.0.1", () => {
  const { port } = server.address();
  const provider = new Provider(`http://127.0.0.1:${port}`, {
    clients: settings.clients,
    cookies: { keys: ["for-this-test-only"] },
    features: { devInteractions: { enabled: false } },
  });
  server.on("request", provider.callback());
  console.log(`port ${port}`);
});
// As long as whoever asks.
server.keepAliveTimeout = 0;
process.stdin.resume().on("end", () => process.exit());
