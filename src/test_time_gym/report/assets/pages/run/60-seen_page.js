// A page as its agent saw it: whatever the trade shows, by what the values are.

const _PLAIN = new Set(["goal", "now", "deadline", "minutes_left", "turns_left", "currency", "legal_verbs", "last_action", "last_action_result", "last_action_error", "view"]);
const _ORDER = ["forms", "selected", "cart", "payment_state", "orders", "messages", "constraints", "wallet", "team"];

function shownValue(value) {
  if (value === null || value === undefined) return "–";
  if (value === true) return "yes";
  if (value === false) return "no";
  if (Array.isArray(value)) {
    if (!value.length) return "–";
    if (value.every((one) => typeof one !== "object" || one === null)) return value.map(shownValue).join(", ");
    return rowsTable(value);
  }
  if (typeof value === "object") return factList(value);
  return String(value);
}

function factList(value) {
  const rows = Object.entries(value).map(([name, one]) => [words(name), shownValue(one)]);
  return rows.length ? facts(rows) : "–";
}

/** A list of alike things as a table; names of columns are the trade's own. */
function rowsTable(rows, chosen = null) {
  const names = [...new Set(rows.flatMap((row) => (row && typeof row === "object" ? Object.keys(row) : ["value"])))];
  const cell = (row, name) => (row && typeof row === "object" ? row[name] : row);
  const columns_ = names.map((name) => ({
    key: name,
    title: words(name),
    figure: rows.every((row) => cell(row, name) === undefined || cell(row, name) === null || typeof cell(row, name) === "number"),
    show: (row) => shownValue(cell(row, name)),
    sort: (row) => cell(row, name),
  }));
  return table(columns_, rows, chosen === null ? {} : { chosen: (row) => row.id === chosen, pick: () => {} });
}

/** What an agent has before it. */
function seenPage(page, run) {
  const parts = [];
  parts.push(facts([
    ["page", words(page.view || "–")], ["now", page.now], ["deadline", page.deadline],
    ["minutes left", page.minutes_left === undefined ? null : count(page.minutes_left)], ["turns left", page.turns_left],
    ["seller", page.seller], ["revenue", page.revenue === undefined || page.revenue === null ? null : String(page.revenue)],
  ]));
  const offers = run.data.words.offers;
  const done = new Set([..._PLAIN, "seller", "revenue"]);
  const lists = [...new Set([offers, "offers", "rivals"])].filter((name) => Array.isArray(page[name]));
  for (const name of lists) {
    done.add(name);
    parts.push(el("h3", { text: words(name) + (page[name].length ? " (" + page[name].length + ")" : "") }));
    parts.push(page[name].length ? rowsTable(page[name]) : el("p", { class: "quiet", text: "None on this page." }));
  }
  const rest = [..._ORDER.filter((name) => name in page), ...Object.keys(page).filter((name) => !_ORDER.includes(name))].filter((name) => !done.has(name));
  for (const name of rest) {
    const value = page[name];
    const nothing = value === null || (Array.isArray(value) && !value.length) || (typeof value === "object" && value !== null && !Object.keys(value).length);
    if (nothing && (name === "team" || name === "selected")) continue;
    parts.push(el("div", { class: "part" }, el("h3", { text: words(name) }), nothing ? el("p", { class: "quiet", text: "None." }) : wrapped(shownValue(value))));
  }
  return el("div", { class: "seen" }, ...parts);
}

function wrapped(value) {
  return typeof value === "string" ? el("p", { text: value }) : value;
}

/** What it was allowed to do. */
function legalList(page, verb) {
  const legal = page.legal_verbs || [];
  return el("ul", { class: "verbs" }, ...legal.map((name) => el("li", { class: name === verb ? "chosen" : "", text: name + (name === verb ? " ← taken" : "") })));
}
