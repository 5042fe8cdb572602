// Sets up the widget of a captcha (templates/_captcha.html). Without it the form offers another way.
const place = document.querySelector(".captcha[data-challenge]");
const altcha = globalThis.$altcha;
if (place && altcha) {
  const strings = JSON.parse(place.dataset.strings);
  const status = document.getElementById("captcha-status");

  // The worker is a file of ours: the policy of the page allows no other.
  altcha.algorithms.set("PBKDF2/SHA-256", () => new Worker(place.dataset.worker));
  altcha.i18n.set(document.documentElement.lang, strings);
  altcha.defaults.set({
    // The search begins when the form is sent, or sooner, by the box.
    auto: "onsubmit",
    // It would record how the pointer moves and what takes the focus.
    humanInteractionSignature: false,
    hideFooter: true,
    hideLogo: true,
    minDuration: 0,
    workers: Math.min(4, navigator.hardwareConcurrency || 2),
  });
  const widget = document.createElement("altcha-widget");
  widget.setAttribute("challenge", place.dataset.challenge);
  widget.addEventListener("statechange", ({ detail }) => {
    status.textContent = strings[detail.state] || "";
  });
  place.append(widget);

  // Whoever goes on without it must not be held up by it.
  const other = document.getElementById("captcha-other-way");
  if (other) other.addEventListener("click", () => widget.configure({ auto: "off" }));
}
