// Small comforts. Every page works without them.
"use strict";
(() => {
  const summary = document.getElementById("errors");
  if (summary) summary.focus();

  // The answer to a service that wants it posted.
  const leave = document.querySelector("form[data-leave]");
  // Not leave.submit(): that is the button, by its id.
  if (leave) HTMLFormElement.prototype.submit.call(leave);

  // Show or hide what is typed in a password field.
  for (const button of document.querySelectorAll("[data-reveal]")) {
    const input = document.getElementById(button.dataset.reveal);
    if (!input) continue;
    const set = (shown) => {
      input.type = shown ? "text" : "password";
      button.textContent = shown ? button.dataset.hide : button.dataset.show;
      button.setAttribute("aria-label", shown ? button.dataset.hideLabel : button.dataset.showLabel);
    };
    button.hidden = false;
    button.addEventListener("click", () => {
      set(input.type === "password");
      input.focus();
    });
    // A password manager must see a password field when the form leaves.
    if (input.form) input.form.addEventListener("submit", () => set(false));
  }

  // Say when capital letters are locked.
  for (const input of document.querySelectorAll("[data-caps]")) {
    const warning = document.getElementById(input.dataset.caps);
    if (!warning) continue;
    const look = (event) => {
      if (event.getModifierState) warning.hidden = !event.getModifierState("CapsLock");
    };
    input.addEventListener("keydown", look);
    input.addEventListener("keyup", look);
    input.addEventListener("pointerdown", look);
    input.addEventListener("blur", () => { warning.hidden = true; });
  }

  // A second press while the answer is on its way sends nothing more.
  const forms = document.querySelectorAll('form[method="post"]');
  for (const form of forms) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) return event.preventDefault();
      form.dataset.sent = "yes";
      setTimeout(() => delete form.dataset.sent, 4000);
    });
  }
  addEventListener("pageshow", () => {
    for (const form of forms) delete form.dataset.sent;
  });
})();
