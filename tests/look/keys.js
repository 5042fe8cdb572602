// Notes where the focus goes while Tab is pressed: `begin`, then `end` → faults.
(part) => {
  const tabbable = () => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")]
    .filter((element) => element.tabIndex >= 0 && !element.disabled && element.checkVisibility({ visibilityProperty: true }))
    // Of a group of radio buttons, one.
    .filter((element) => element.type !== "radio" || element === [...document.getElementsByName(element.name)].find((one) => one.checked) || (element === document.getElementsByName(element.name)[0] && ![...document.getElementsByName(element.name)].some((one) => one.checked)));
  if (part === "begin") {
    window.lookVisited = new Map();
    document.addEventListener("focusin", ({ target }) => {
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(target);
      const before = window.lookVisited.get(target);
      window.lookVisited.set(target, before || (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) || boxShadow !== "none");
    });
    // A date has a stop for the day, the month, the year and the calendar.
    return tabbable().length + 3 * document.querySelectorAll("input[type=date]").length;
  }
  const describe = (element) => element.outerHTML.replace(/\s+/g, " ").slice(0, 160);
  const ours = (element) => !element.closest("[data-vendored] *");
  const faults = tabbable().filter(ours).filter((element) => !window.lookVisited.has(element)).map((element) => `Tab does not come to ${describe(element)}`);
  for (const [element, seen] of window.lookVisited) if (!seen && ours(element)) faults.push(`the focus is not seen on ${describe(element)}`);
  return faults;
}
