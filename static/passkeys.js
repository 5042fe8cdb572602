// Passkeys: shows the forms that ask for one, asks, and sends the answer. Other ways to sign in need no script.
"use strict";
(() => {
  if (!window.PublicKeyCredential || !navigator.credentials) return;

  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (character) => character.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  // What the server sends, with bytes where browsers want bytes.
  const read = (options) => {
    options.challenge = bytes(options.challenge);
    if (options.user) options.user.id = bytes(options.user.id);
    for (const list of [options.allowCredentials, options.excludeCredentials]) {
      for (const known of list || []) known.id = bytes(known.id);
    }
    return options;
  };

  // The reverse, for the answer.
  const write = (answer) => {
    const response = {};
    for (const name of ["attestationObject", "authenticatorData", "clientDataJSON", "signature", "userHandle"]) {
      if (answer.response[name]) response[name] = text(answer.response[name]);
    }
    if (answer.response.getTransports) response.transports = answer.response.getTransports();
    return JSON.stringify({ id: answer.id, rawId: text(answer.rawId), type: answer.type, response, extensions: {} });
  };

  for (const notice of document.querySelectorAll("[data-passkey-need]")) notice.hidden = true;
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const failed = form.querySelector("[data-failed]");
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      failed.hidden = true;
      try {
        const body = new URLSearchParams({ csrf: form.elements.csrf.value });
        const asked = await fetch(form.dataset.challenge, { method: "POST", body });
        if (!asked.ok) throw new Error(asked.status);
        const publicKey = read((await asked.json()).publicKey);
        const answer = await navigator.credentials[form.dataset.passkey]({ publicKey });
        form.elements.credential.value = write(answer);
        // Not form.submit(): that may be a button, by its id.
        HTMLFormElement.prototype.submit.call(form);
      } catch {
        failed.hidden = false;
      }
    });
  }
})();
