// A long list: of a million rows only those in sight are elements.

let _lists = 0;

const _TALLEST = 8000000; // pixels; browsers cut off what is taller

/**
 * A list that scrolls. `row(k)` makes the element of the k-th row, or a promise of it.
 * Returns `{element, show(length, chosen), reveal(k)}`; `pick(k)` hears what is chosen by
 * pointer, arrow keys and Enter.
 */
function longList({ label, height = 28, row, pick }) {
  const space = el("div", { class: "long-space" });
  const element = el("div", { class: "long", tabindex: "0", role: "listbox", "aria-label": label }, space);
  const id = "list-" + (_lists += 1) + "-";
  let length = 0;
  let chosen = -1;
  let drawing = 0;

  const full = () => Math.min(_TALLEST, Math.max(1, length * height));
  const rowsInSight = () => Math.ceil(element.clientHeight / height) + 1;
  const scale = () => {
    const rest = full() - element.clientHeight;
    const all = length * height - element.clientHeight;
    return rest > 0 && all > 0 ? all / rest : 1;
  };

  async function draw() {
    const mine = ++drawing;
    const top = element.scrollTop;
    const first = Math.max(0, Math.floor((top * scale()) / height));
    const shift = top - ((top * scale()) % height);
    const last = Math.min(length, first + rowsInSight());
    const rows = await Promise.all(Array.from({ length: last - first }, (_, k) => row(first + k)));
    if (mine !== drawing) return; // scrolled on meanwhile
    rows.forEach((made, k) => {
      made.classList.add("long-row");
      made.setAttribute("role", "option");
      made.setAttribute("aria-selected", String(first + k === chosen));
      made.setAttribute("aria-setsize", String(length));
      made.setAttribute("aria-posinset", String(first + k + 1));
      made.id = id + (first + k);
      made.style.top = shift + k * height + "px";
      made.style.height = height + "px";
      if (pick) made.addEventListener("click", () => pick(first + k));
    });
    space.replaceChildren(...rows);
    // Of a list that has the keyboard the chosen row is read aloud.
    if (chosen >= first && chosen < last) element.setAttribute("aria-activedescendant", id + chosen);
    else element.removeAttribute("aria-activedescendant");
  }

  function reveal(k) {
    const top = (k * height) / scale();
    if (top < element.scrollTop || top > element.scrollTop + element.clientHeight - height) {
      element.scrollTop = Math.max(0, top - element.clientHeight / 2);
    }
    draw();
  }

  element.addEventListener("scroll", () => requestAnimationFrame(draw), { passive: true });
  element.addEventListener("keydown", (event) => {
    const steps = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 };
    if (!pick || !(event.key in steps) || !length) return;
    event.preventDefault();
    event.stopPropagation();
    pick(Math.max(0, Math.min(length - 1, chosen + steps[event.key])));
  });
  onResize(element, draw);
  return {
    element,
    reveal,
    show(rows, now = -1) {
      length = rows;
      chosen = now;
      space.style.height = full() + "px";
      draw();
    },
  };
}
