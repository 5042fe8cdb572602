// What every page owes to everybody, looked at from within: `(lang, width, dark)` → faults, texts, status.
(lang, width, dark) => {
  const faults = [];
  const fault = (what, element) => faults.push(element ? `${what}: ${element.outerHTML.replace(/\s+/g, " ").slice(0, 200)}` : what);
  const root = document.documentElement;
  // What others made is theirs to make well.
  const all = (selector) => [...document.querySelectorAll(selector)].filter((element) => !element.closest("[data-vendored] *"));
  const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest(".visually-hidden, [aria-hidden=true]");

  // The page is looked at as it should be.
  if (innerWidth !== width) fault(`it is ${innerWidth} wide instead of ${width}`);
  if (matchMedia("(prefers-color-scheme: dark)").matches !== dark) fault("not the colours that were asked for");

  // Nothing to scroll sideways (WCAG 1.4.10), nothing cut.
  if (root.scrollWidth > root.clientWidth) fault(`${root.scrollWidth - root.clientWidth} px too wide`);
  // A table of many columns may be moved within its own frame, but not on a telephone.
  const moves = (element) => width > 600 && element.closest(".sheet")?.getBoundingClientRect().right <= innerWidth;
  for (const element of all("main *")) {
    const { right, width } = element.getBoundingClientRect();
    if (width > 1 && right > innerWidth + 1 && shown(element) && !moves(element)) fault("beyond the edge", element);
  }

  // Language, title, headings in order.
  if (root.lang !== lang) fault(`the language is said to be ${root.lang}`);
  if (!document.title.trim()) fault("no title");
  const levels = all("h1, h2, h3, h4, h5, h6").filter(shown).map((heading) => Number(heading.tagName[1]));
  if (levels[0] !== 1 || levels.filter((level) => level === 1).length !== 1) fault(`headings: ${levels}`);
  levels.forEach((level, place) => {
    if (place && level > levels[place - 1] + 1) fault(`headings: ${levels}`);
  });

  // A thumb finds every control; a link in a sentence is as high as its line.
  const inSentence = (link) => link.matches("a") && getComputedStyle(link).display === "inline" && link.parentElement.textContent.trim() !== link.textContent.trim();
  for (const control of all("a[href], button, input:not([type=hidden]), select, textarea, summary")) {
    if (!shown(control) || inSentence(control)) continue;
    const target = (control.matches("[type=checkbox], [type=radio], [type=file]") && control.labels[0]) || control;
    const { width, height } = target.getBoundingClientRect();
    if (height < 43.5 || width < 43.5) fault(`a target of ${Math.round(width)} × ${Math.round(height)}`, control);
    // Smaller, and a telephone enlarges the page when it is typed in.
    if (control.matches("input, select, textarea") && parseFloat(getComputedStyle(control).fontSize) < 16) fault("small type in a field", control);
    if (control.matches("[type=password], [type=email], [type=tel], [type=text]") && control.name && !control.readOnly && !control.autocomplete) fault("no autocomplete", control);
  }

  // An id that leads nowhere says nothing.
  for (const name of ["for", "aria-describedby", "aria-labelledby", "aria-controls"]) {
    for (const element of all(`[${name}]`)) {
      for (const id of element.getAttribute(name).split(/\s+/)) if (!document.getElementById(id)) fault(`nothing is called ${id}`, element);
    }
  }
  if (new Set(all("[id]").map((element) => element.id)).size !== all("[id]").length) fault("an id twice");

  // Nobody else hears of the visit, nothing is kept (WB-09).
  for (const { name } of performance.getEntriesByType("resource")) {
    if (!name.startsWith(`${location.origin}/`) && !name.startsWith("data:")) fault(`asked elsewhere: ${name}`);
  }
  if (localStorage.length || sessionStorage.length) fault("something is kept in the browser");

  // What is read or spoken, in this page's language.
  const texts = [document.title];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    if (element.closest("[lang]").lang !== lang || element.closest("script, style")) continue;
    if (node === element) {
      for (const name of ["aria-label", "title", "alt", "placeholder", "data-show", "data-show-label", "data-hide", "data-hide-label"]) {
        if (element.getAttribute(name)) texts.push(element.getAttribute(name));
      }
    } else if (node.data.trim()) {
      texts.push(node.data);
    }
  }
  const status = performance.getEntriesByType("navigation")[0].responseStatus;
  return { faults, texts: texts.map((text) => text.replace(/\s+/g, " ").trim()), status };
}
