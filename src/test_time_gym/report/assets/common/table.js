// Tables: sortable by their heads, figures to the right.

/**
 * A table.
 * Columns: `{key, title, figure, prose, show, sort}`; `show(row)` gives a text or an element
 * (otherwise row[key]), `sort(row)` what is sorted by (otherwise row[key]).
 * Options: `caption` (read aloud, and shown), `pick(row)` (rows can be chosen, by
 * pointer and Enter), `chosen(row)`, `empty` (what is said where there is no row).
 */
function table(columns, rows, options = {}) {
  const body = el("tbody");
  let order = null;
  let falling = false;
  const heads = columns.map((column) => {
    const button = el("button", { type: "button", class: "sort", text: column.title, on: { click: () => sortBy(column, head) } });
    const head = el("th", { scope: "col", class: column.figure ? "figure" : "" }, rows.length > 1 ? button : column.title);
    return head;
  });

  function sortBy(column, head) {
    falling = order === column ? !falling : Boolean(column.figure);
    order = column;
    for (const other of heads) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", falling ? "descending" : "ascending");
    draw();
  }

  function draw() {
    const shown = rows.slice();
    if (order !== null) {
      const key = order.sort || ((row) => row[order.key]);
      shown.sort((one, two) => compareValues(key(one), key(two)) * (falling ? -1 : 1));
    }
    fill(body, ...shown.map(line));
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
    return el("tr", { class: "pickable", tabindex: "0", "aria-current": chosen ? "true" : null, on: { click: act, keydown: keys } }, ...cells);
  }

  draw();
  const caption = options.caption ? el("caption", { text: options.caption }) : null;
  if (!rows.length) return el("p", { class: "quiet", text: options.empty || "None." });
  return el("div", { class: "wide", tabindex: "0", role: "region", "aria-label": options.caption || "table" }, el("table", {}, caption, el("thead", {}, el("tr", {}, ...heads)), body));
}

/** Numbers by size, texts by letters, and what is unknown at the end. */
function compareValues(one, two) {
  const unknown = (value) => value === null || value === undefined;
  if (unknown(one) || unknown(two)) return Number(unknown(one)) - Number(unknown(two));
  if (typeof one === "number" && typeof two === "number") return one - two;
  return String(one).localeCompare(String(two), "en", { numeric: true });
}
