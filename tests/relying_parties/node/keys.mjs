// Prints a new key pair (RFC 7517): the public part for the provider, the private one for the client.

import { generateKeyPairSync, randomUUID } from "node:crypto";

const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const names = { kid: randomUUID(), alg: "ES256", use: "sig" };
const [open, secret] = [publicKey, privateKey].map((key) => ({ ...key.export({ format: "jwk" }), ...names }));
console.log(JSON.stringify({ public: open, private: secret }));
