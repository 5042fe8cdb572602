// A browser without script: keeps the cookies of one host, follows redirects and pages that go on
// by themselves, fills in the sign-in form.

const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function decode(text) {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
    if (name) return ENTITIES[name] ?? whole;
    return String.fromCodePoint(parseInt(hex ?? decimal, hex ? 16 : 10));
  });
}

function attribute(tag, name) {
  const found = new RegExp(`\\s${name}="([^"]*)"`).exec(tag);
  return found && decode(found[1]);
}

export class Browser {
  #cookies = new Map();

  constructor(origin) {
    this.origin = origin;
  }

  async #send(address, options = {}) {
    const headers = { cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ") };
    const response = await fetch(address, { ...options, headers, redirect: "manual" });
    for (const line of response.headers.getSetCookie()) {
      const [pair] = line.split(";");
      const equals = pair.indexOf("=");
      this.#cookies.set(pair.slice(0, equals), pair.slice(equals + 1));
    }
    return { address, response, body: await response.text() };
  }

  // Until a page that waits for somebody, or an address on another host: the service's.
  async #follow(reply) {
    for (let step = 0; step < 20; step++) {
      const refresh = /<meta http-equiv="refresh" content="0;url=([^"]*)"/.exec(reply.body);
      const next = reply.response.headers.get("location") ?? (refresh && decode(refresh[1]));
      if (!next) return reply;
      const address = new URL(next, reply.address);
      if (address.origin !== this.origin) return { address };
      reply = await this.#send(address);
    }
    throw new Error("too many redirects");
  }

  async open(address) {
    return this.#follow(await this.#send(address));
  }

  // Where the service is called back, having signed in on the way if that is asked.
  async signIn(address, login, password) {
    let reply = await this.open(address);
    if (reply.body?.includes('id="username"')) {
      const form = /<form[^>]*action="[^"]*sign-in[^"]*"[^>]*>[^]*?<\/form>/.exec(reply.body)[0];
      const values = new URLSearchParams();
      for (const [input] of form.matchAll(/<input[^>]*>/g)) {
        values.set(attribute(input, "name"), attribute(input, "value") ?? "");
      }
      values.set("username", login);
      values.set("password", password);
      const action = new URL(attribute(form, "action"), reply.address);
      reply = await this.#follow(await this.#send(action, { method: "POST", body: values }));
    }
    if (reply.body !== undefined) throw new Error(`not called back: ${reply.response.status} ${reply.body}`);
    return reply.address;
  }
}
