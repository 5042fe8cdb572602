// Shows the description of the API in the place that the page keeps for it.
const place = document.getElementById("reference");
if (place && window.SwaggerUIBundle) {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
  dark.addEventListener("change", follow);
  follow();
  SwaggerUIBundle({
    domNode: place,
    url: place.dataset.document,
    // Nothing is asked elsewhere, nothing is kept in the browser.
    validatorUrl: null,
    persistAuthorization: false,
    docExpansion: "list",
    defaultModelsExpandDepth: -1,
    deepLinking: true,
    supportedSubmitMethods: ["get", "post", "put", "patch", "delete"],
    // It is a part of a page that has its own.
    onComplete: () => place.querySelectorAll("main, [role=main]").forEach((main) => main.setAttribute("role", "none")),
  });
}
