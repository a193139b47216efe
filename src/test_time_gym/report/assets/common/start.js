// Start: the tools of every page, and then the page itself.

/** Say what went wrong where everybody sees it. */
function tellProblem(text) {
  const place = document.getElementById("problem");
  place.hidden = false;
  place.textContent = text;
}

function _themes() {
  const known = ["auto", "light", "dark"];
  const texts = { auto: "As the system", light: "Light", dark: "Dark" };
  const set = (theme) => {
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    redrawCharts();
  };
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redrawCharts);
  window.addEventListener("beforeprint", () => redrawCharts());
  return labelled("Colours", choice(known.map((theme) => [theme, texts[theme]]), "auto", set), { class: "labelled theme" });
}

async function _start() {
  const main = document.getElementById("main");
  const kind = document.documentElement.dataset.kind;
  if (typeof DecompressionStream === "undefined") {
    throw new Error("this browser is too old: it cannot unpack the page's data (Chrome 80, Firefox 113 and Safari 16.4 can)");
  }
  document.getElementById("tools").append(_themes());
  const draw = _kinds.get(kind);
  if (!draw) throw new Error("nothing is known of pages called " + kind);
  const data = await pageData();
  main.replaceChildren();
  await draw(main, data);
  main.removeAttribute("aria-busy");
  window.READY = true;
}

window.addEventListener("error", (event) => tellProblem("This page has a fault: " + event.message));
window.addEventListener("unhandledrejection", (event) => tellProblem("This page has a fault: " + event.reason));
_start().catch((error) => {
  tellProblem("This page cannot be drawn: " + error.message);
  throw error;
});
