// Stock: what of every offer is sold, held and free, and at which price.

const THIN = 3000; // points of a curve; more than there are pixels

/** Rows of a product's changes, so few that they draw at once; peaks are kept. */
function thinned(rows, value) {
  if (rows.length <= THIN) return [...rows];
  const kept = [];
  const step = rows.length / (THIN / 4);
  for (let k = 0; k < THIN / 4; k += 1) {
    const from = Math.floor(k * step);
    const to = Math.min(rows.length, Math.floor((k + 1) * step));
    if (from >= to) continue;
    let low = from;
    let high = from;
    for (let at = from; at < to; at += 1) {
      if (value(rows[at]) < value(rows[low])) low = at;
      if (value(rows[at]) > value(rows[high])) high = at;
    }
    const places = [...new Set([from, low, high, to - 1])].sort((one, two) => one - two);
    for (const place_ of places) kept.push(rows[place_]);
  }
  return kept;
}

function stockSection(view) {
  const { run } = view;
  const products = run.data.products;
  if (!products.length) return null;
  const now = el("div");
  const curves = el("div");
  const title = el("h3");
  const along = choice([["records", "records"], ["time", "time"]], "records", () => { drawn = ""; view.now(); });
  along.id = "along";
  let drawn = "";
  let charts = [];

  const facts_ = (product) => Object.entries(product.facts).slice(0, 4).map(([, value]) => (typeof value === "object" ? "" : String(value))).filter(Boolean).join(", ");
  const columns_ = [
    { key: "id", title: words(run.data.words.offer || "offer") },
    { key: "seller", title: "Seller", show: (row) => row.seller },
    { key: "facts", title: "Facts", show: (row) => el("span", { class: "quiet", text: row.facts }) },
    { key: "price", title: "Price " + run.data.currency, figure: true, show: (row) => run.money(row.price) },
    { key: "sold", title: "Sold", figure: true },
    { key: "held", title: "Held", figure: true },
    { key: "free", title: "Free", figure: true, show: (row) => (row.free ? String(row.free) : el("strong", { text: "0 ✗" })) },
    { key: "part", title: "", show: (row) => meter(row) },
  ];

  /** Sold, held and free as lengths; the figures beside say the same. */
  function meter(row) {
    const all = Math.max(1, row.sold + row.held + row.free);
    const made = el("span", { class: "meter", "aria-hidden": "true" });
    for (const [name, units] of [["sold", row.sold], ["held", row.held]]) {
      const part = el("span", { class: name });
      part.style.width = (100 * units) / all + "%";
      made.append(part);
    }
    return made;
  }

  function drawTable() {
    const rows = products.map((product, k) => ({ k, id: product.id, seller: product.seller, facts: facts_(product), ...(run.stockAt(k, view.n) || { sold: null, held: null, free: null, price: null }) }));
    retable(now, table(columns_, rows, { caption: "After record " + view.n + "; choose one to see its curves.", pick: (row) => view.pickProduct(row.k), chosen: (row) => row.k === view.product }));
  }

  function drawCurves() {
    const rows = run.changesOf(view.product);
    const { stock } = run;
    const some = thinned(rows, (row) => stock.free[row]);
    const byTime = along.value === "time";
    const end = byTime ? run.t(run.size - 1) : run.size - 1;
    const column = (values) => [...some.map(values), ...(some.length ? [values(some[some.length - 1])] : [])];
    const x = [...some.map((row) => (byTime ? run.t(stock.n[row]) : stock.n[row])), end];
    title.textContent = products[view.product].id + (byTime ? " over time" : " over the records");
    const options = byTime
      ? { axis: "since opening", x: (value) => span(Math.round(value)), pick: (t) => view.seek(run.at(t)) }
      : { axis: "record", x: (value) => "#" + Math.round(value), pick: (n) => view.seek(n) };
    const whole = (value) => (Number.isInteger(value) ? count(value) : "");
    charts = [
      chart([x, column((row) => stock.sold[row]), column((row) => stock.held[row]), column((row) => stock.free[row])],
        [{ label: "sold ━━", step: true }, { label: "held ╍╍", step: true }, { label: "free ┈┈", step: true }],
        { ...options, y: whole, label: "Units of " + products[view.product].id + " sold, held and free over time" }),
      chart([x, column((row) => stock.price[row])],
        [{ label: "price " + run.data.currency, step: true, style: 3, show: run.money }],
        { ...options, height: 150, y: run.money, label: "Price of " + products[view.product].id + " over time" }),
    ];
    fill(curves, ...charts);
  }

  let tableAt = "";
  const element = section("stock", "Stock and prices", now, title, el("p", {}, labelled("Along", along)), el("p", { class: "quiet", text: "Click in a curve to go to that moment; drag to look closer, double-click to see all." }), curves);
  view.hearInSight(element, () => {
    if (tableAt !== view.n + "/" + view.product) {
      tableAt = view.n + "/" + view.product;
      drawTable();
    }
    const wanted = view.product + " " + along.value;
    if (drawn !== wanted) {
      drawn = wanted;
      drawCurves();
    }
    for (const one of charts) one.mark([[along.value === "time" ? run.t(view.n) : view.n, ""]]);
  });
  return element;
}

function moneySection(view) {
  const { run } = view;
  const accounts = run.data.accounts;
  if (!run.data.agents.length) return null;
  const holder = el("div");
  const owner = (name) => {
    const found = /^card\/(\d+)$/.exec(name);
    const agent = found && run.data.agents[Number(found[1])];
    return agent ? "cards of " + agent.name : { merchant: "the shop: money taken, less refunds", authorized: "set aside, neither taken nor let go yet", population: "background buyers together" }[name] || "";
  };
  const columns_ = [
    { key: "name", title: "Account" },
    { key: "owner", title: "Whose" },
    { key: "balance", title: "Balance " + run.data.currency, figure: true, show: (row) => run.money(row.balance) },
  ];
  let at = -1;
  const element = section("money", "Money by account", holder);
  view.hearInSight(element, () => {
    if (at === view.n) return;
    at = view.n;
    const rows = accounts.map((name, k) => ({ name, owner: owner(name), balance: run.balanceAt(k, view.n) }));
    retable(holder, table(columns_, rows, { caption: "After record " + view.n + ". They always sum to zero.", empty: "No money moves in this run." }));
  });
  return element;
}
