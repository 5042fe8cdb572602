// What Debian 12's Node 18 lacks and the libraries use: here it is. To be imported before them.

import crypto from "node:crypto";
import { register } from "node:module";

globalThis.crypto ??= crypto.webcrypto;
globalThis.CryptoKey ??= crypto.webcrypto.CryptoKey;

URL.parse ??= (text, base) => {
  try {
    return new URL(text, base);
  } catch {
    return null;
  }
};

// One cookie a line; in older versions all in one, in which a comma may be part of a date.
Headers.prototype.getSetCookie ??= function () {
  return this.get("set-cookie")?.split(/, (?=[^;,= ]+=)/) ?? [];
};

// Of oidc-provider alone.
if (!crypto.hash) {
  const source = (text) => `data:text/javascript,${encodeURIComponent(text)}`;
  const more = source(`
    import { createHash } from "node:crypto";
    export * from "node:crypto";
    export const hash = (name, data, output = "hex") => {
      const digest = createHash(name).update(data).digest();
      return output === "buffer" ? digest : digest.toString(output);
    };`);
  // node:crypto for the provider's own files is the one above.
  register(source(`
    export const resolve = (name, context, next) =>
      name === "node:crypto" && context.parentURL.includes("/oidc-provider/")
        ? { url: ${JSON.stringify(more)}, shortCircuit: true }
        : next(name, context);`));
}
