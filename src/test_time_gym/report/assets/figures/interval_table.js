// Tables whose cells may have an interval, drawn as a dot between two ends.

/** The number that a text begins with, for ordering; null where it has none. */
function numberIn(text) {
  const found = /-?\d[\d,]*(\.\d+)?/.exec(String(text).replace("−", "-"));
  return found ? Number(found[0].replace(/,/g, "")) : null;
}

definePart("table", (one) => {
  const columns = one.columns.map((column, k) => {
    const range = _range(one.rows.map((row) => row[k]));
    return {
      title: column.name,
      figure: column.number,
      show: (row) => _cell(row[k], range),
      sort: (row) => _order(row[k], column.number),
    };
  });
  const made = table(columns, one.rows, { caption: one.caption, empty: "Nothing." });
  const heads = made.querySelectorAll("th");
  one.columns.forEach((column, k) => {
    if (column.help && heads[k]) heads[k].title = column.help;
  });
  const helps = one.columns.filter((column) => column.help);
  if (!helps.length) return made;
  const said = helps.map((column) => column.name + ": " + column.help).join("; ");
  return el("div", {}, made, el("p", { class: "quiet small", text: said + "." }));
});

function _order(value, number) {
  if (value !== null && typeof value === "object") return value.interval[0];
  return number ? numberIn(value) : value;
}

/** From where to where the intervals of a column reach; null: it has none. */
function _range(cells) {
  const ends = cells.flatMap((value) => (value !== null && typeof value === "object" ? value.interval : []));
  const known = ends.filter((end) => end !== null);
  if (!known.length) return null;
  const low = Math.min(0, ...known);
  const high = Math.max(...known, low + 1e-9, 0);
  return [low, high];
}

function _cell(value, range) {
  if (value === null || typeof value !== "object") return value;
  return el("span", { class: "bounded" }, el("span", { text: value.text }), _whisker(value.interval, range));
}

/** A line from the lower to the upper bound, with a dot at the estimate. */
function _whisker([estimate, low, high], [least, most]) {
  const at = (x) => 100 * ((x - least) / (most - least)) + "%";
  const place = (name, from, to) => {
    const made = el("span", { class: name });
    made.style.left = at(from);
    if (to !== undefined) made.style.width = 100 * ((to - from) / (most - least)) + "%";
    return made;
  };
  const shown = [];
  if (least < 0) shown.push(place("zero", 0));
  if (low !== null && high !== null) shown.push(place("reach", low, high));
  if (estimate !== null) shown.push(place("dot", estimate));
  return el("span", { class: "whisker", "aria-hidden": "true" }, ...shown);
}
