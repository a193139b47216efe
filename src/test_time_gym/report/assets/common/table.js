// Tables: sortable by their heads, figures to the right.

/**
 * A table.
 * Columns: `{key, title, figure, prose, show, sort}`; `show(row)` gives a text or an element
 * (otherwise row[key]), `sort(row)` what is sorted by (otherwise row[key]).
 * Options: `caption` (read aloud, and shown), `pick(row)` (rows can be chosen, by
 * pointer and Enter), `chosen(row)`, `label` (read aloud where there is no caption),
 * `empty` (what is said where there is no row). Rows that can be chosen are one stop of
 * the Tab key: ↑ and ↓ lead from row to row, and Tab to the links of that row.
 */
function table(columns, rows, options = {}) {
  const body = el("tbody");
  let order = null;
  let falling = false;
  const heads = columns.map((column) => {
    const button = el("button", { type: "button", class: "sort", text: column.title, on: { click: () => sortBy(column, order === column ? !falling : Boolean(column.figure)) } });
    return el("th", { scope: "col", class: column.figure ? "figure" : "" }, rows.length > 1 && column.title ? button : column.title);
  });

  function sortBy(column, down) {
    falling = down;
    order = column;
    for (const other of heads) other.removeAttribute("aria-sort");
    heads[columns.indexOf(column)].setAttribute("aria-sort", falling ? "descending" : "ascending");
    draw();
  }

  function draw() {
    const shown = rows.slice();
    if (order !== null) {
      const key = order.sort || ((row) => row[order.key]);
      shown.sort((one, two) => compareValues(key(one), key(two)) * (falling ? -1 : 1));
    }
    fill(body, ...shown.map(line));
    if (options.pick && shown.length) makeStop(body.querySelector("[aria-current]") || body.firstElementChild);
  }

  /** Let the Tab key stop at one row, and at the links in it. */
  function makeStop(row) {
    for (const other of body.children) {
      other.tabIndex = other === row ? 0 : -1;
      for (const link of other.querySelectorAll("button")) link.tabIndex = other === row ? 0 : -1;
    }
  }

  if (options.pick) {
    body.addEventListener("focusin", (event) => makeStop(event.target.closest("tr")));
    body.addEventListener("keydown", (event) => {
      const row = event.target.closest("tr");
      const next = { ArrowDown: row.nextElementSibling, ArrowUp: row.previousElementSibling }[event.key];
      if (next === undefined) return;
      event.preventDefault();
      if (next) next.focus();
    });
  }

  function line(row) {
    const cells = columns.map((column) => {
      const value = column.show ? column.show(row) : row[column.key];
      return el("td", { class: column.figure ? "figure" : column.prose ? "prose" : "" }, value === null || value === undefined ? "–" : value);
    });
    if (!options.pick) return el("tr", {}, ...cells);
    const chosen = options.chosen ? options.chosen(row) : false;
    const act = () => options.pick(row);
    const keys = (event) => {
      if (event.key === "Enter" && event.target === event.currentTarget) act();
    };
    return el("tr", { class: "pickable", tabindex: "-1", "aria-current": chosen ? "true" : null, on: { click: act, keydown: keys } }, ...cells);
  }

  draw();
  const caption = options.caption ? el("caption", { text: options.caption }) : null;
  if (!rows.length) return el("p", { class: "quiet", text: options.empty || "None." });
  const made = el("div", { class: "wide", tabindex: "0", role: "region", "aria-label": options.caption || options.label || "table" }, el("table", {}, caption, el("thead", {}, el("tr", {}, ...heads)), body));
  made.sorted = () => (order === null ? null : [columns.indexOf(order), falling]);
  made.sortAs = ([k, down]) => sortBy(columns[k], down);
  return made;
}

/** What can have the keyboard in a table, in its order. */
function _stops(holder) {
  return [...holder.querySelectorAll("button, tr.pickable, .wide")];
}

/**
 * Put a table in the place of the one that an element has: it stays sorted and scrolled
 * as it was, and the keyboard where it was. `before` stands above it.
 */
function retable(holder, made, before = null) {
  const old = holder.querySelector(".wide");
  const at = _stops(holder).indexOf(document.activeElement);
  const [sorted, top, left] = old ? [old.sorted(), old.scrollTop, old.scrollLeft] : [null, 0, 0];
  fill(holder, before, made);
  if (sorted && made.sortAs) made.sortAs(sorted);
  made.scrollTop = top;
  made.scrollLeft = left;
  const stop = at < 0 ? null : _stops(holder)[at];
  if (stop) stop.focus({ preventScroll: true });
}

/** Numbers by size, texts by letters, and what is unknown at the end. */
function compareValues(one, two) {
  const unknown = (value) => value === null || value === undefined;
  if (unknown(one) || unknown(two)) return Number(unknown(one)) - Number(unknown(two));
  if (typeof one === "number" && typeof two === "number") return one - two;
  return String(one).localeCompare(String(two), "en", { numeric: true });
}
