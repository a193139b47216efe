// The page of kind "compare": two runs from where they part.

definePage("compare", async (main, data) => {
  const runs = await Promise.all((data.runs || []).map((one, k) => openRun(one, k)));
  definePart("followed", (one) => followed(runs, one.from));
  definePart("balances", () => balances(runs));
  figuresPage(main, data);
});

const _SIDES = ["A", "B"];

/** Balances of both runs at their ends, those that differ first. */
function balances(runs) {
  const names = [...new Set(runs.flatMap((run) => run.data.accounts))];
  const at = (run, name) => {
    const k = run.data.accounts.indexOf(name);
    return k < 0 ? 0 : run.balanceAt(k, run.size);
  };
  const rows = names.map((name) => ({ name, a: at(runs[0], name), b: at(runs[1], name) }));
  rows.sort((one, two) => Math.abs(two.b - two.a) - Math.abs(one.b - one.a));
  const columns = [
    { key: "name", title: "account" },
    { key: "a", title: "A, " + runs[0].data.currency, figure: true, show: (row) => runs[0].money(row.a) },
    { key: "b", title: "B, " + runs[1].data.currency, figure: true, show: (row) => runs[1].money(row.b) },
    { title: "B less A", figure: true, show: (row) => runs[0].money(row.b - row.a), sort: (row) => row.b - row.a },
  ];
  return table(columns, rows, { caption: "Balances; what is owed or paid out is below zero.", empty: "No money has moved." });
}

/** What an agent did in both runs from a record on, turn by turn, and what it saw. */
function followed(runs, from) {
  const names = [...new Set(runs.flatMap((run) => run.data.agents.map((one) => one.name)))];
  if (!names.length) return el("p", { class: "quiet", text: "No agent has played, or neither run could be executed again." });
  const first = names.map((name) => Math.min(...runs.map((run) => _firstTurn(run, name, from))));
  const counts = names.map((name) => Math.max(...runs.map((run) => (_knows(run, name) ? run.turnCount(name) : 0))));
  const asked = place();
  let who = Math.max(0, names.includes(asked.agent) ? names.indexOf(asked.agent) : _earliest(runs, names, from));
  let turn = asked.turn === undefined ? first[who] : Number(asked.turn) - 1;
  let drawn = 0;

  const list = el("div", { class: "turn-list" });
  const sides = _SIDES.map(() => el("div", { class: "column" }));
  const slider = el("input", { type: "range", step: "1", "aria-label": "Turn", on: { input: () => go(Number(slider.value), true) } });
  const button = (text, title, step) => el("button", { type: "button", text, title, on: { click: () => go(turn + step, true) } });
  const pick = choice(names.map((name) => [name, name]), names[who], (name) => {
    who = names.indexOf(name);
    go(first[who], true);
    drawList();
  });
  pick.id = "choose-agent";

  function go(k, keep) {
    const last = Math.max(0, counts[who] - 1);
    turn = Math.max(0, Math.min(last, Number.isFinite(k) ? k : 0));
    slider.min = 0;
    slider.max = last;
    slider.value = turn;
    pick.value = names[who];
    if (keep) {
      setPlaceOf("agent", names[who]);
      setPlaceOf("turn", turn + 1);
    }
    draw();
  }

  async function draw() {
    const mine = ++drawn;
    const seen = await Promise.all(runs.map((run) => _turn(run, names[who], turn)));
    if (mine !== drawn) return;
    const differ = _differing(seen[0].page, seen[1].page);
    seen.forEach((one, k) => fill(sides[k], ..._told(runs[k], one, _SIDES[k], turn, differ)));
    list.querySelectorAll("tr[aria-current]").forEach((row) => row.removeAttribute("aria-current"));
    const row = [...list.querySelectorAll("tbody tr")].find((each) => each.cells[0].textContent === String(turn + 1));
    if (row) row.setAttribute("aria-current", "true");
  }

  async function drawList() {
    const start = Math.max(0, first[who] - 2);
    const rows = await Promise.all(Array.from({ length: Math.min(300, counts[who] - start) }, async (_, k) => {
      const both = await Promise.all(runs.map((run) => _act(run, names[who], start + k)));
      return { k: start + k, both };
    }));
    const columns = [
      { title: "turn", figure: true, show: (row) => String(row.k + 1), sort: (row) => row.k },
      ..._SIDES.flatMap((side, k) => [
        { title: "time in " + side, figure: true, show: (row) => (row.both[k] ? span(row.both[k].t) : null), sort: (row) => (row.both[k] ? row.both[k].t : null) },
        { title: side + " did", show: (row) => (row.both[k] ? row.both[k].text : null), sort: (row) => (row.both[k] ? row.both[k].text : null) },
      ]),
      { title: "", show: (row) => (row.both[0] && row.both[1] && row.both[0].text === row.both[1].text ? "same" : "≠ differs"), sort: (row) => row.both[0] && row.both[1] && row.both[0].text === row.both[1].text },
    ];
    retable(list, table(columns, rows, { caption: "Turns of " + names[who] + ", from two before the runs part on. Choose one to see its pages.", pick: (row) => go(row.k, true), empty: "It did not act." }));
    draw();
  }

  const holder = el(
    "div",
    { class: "followed" },
    el("div", { class: "row no-print" }, labelled("Agent", pick), button("◀ turn", "Turn before (←)", -1), button("turn ▶", "Next turn (→)", 1), slider),
    list,
    el("div", { class: "columns pages" }, ...sides),
  );
  holder.addEventListener("keydown", (event) => {
    const steps = { ArrowLeft: -1, ArrowRight: 1 };
    if (!(event.key in steps) || ["SELECT", "INPUT"].includes(event.target.tagName)) return;
    event.preventDefault();
    go(turn + steps[event.key], true);
  });
  onPlace((values) => {
    if (!holder.isConnected || !names.includes(values.agent)) return;
    who = names.indexOf(values.agent);
    go(values.turn === undefined ? first[who] : Number(values.turn) - 1, false);
    drawList();
  });
  go(turn, false);
  drawList();
  return holder;
}

const _knows = (run, name) => run.data.agents.some((one) => one.name === name);

/** Number of an agent's first turn at a record or after it. */
function _firstTurn(run, name, from) {
  if (!_knows(run, name)) return Infinity;
  return Math.min(run.turnAt(name, from - 1) + 1, Math.max(0, run.turnCount(name) - 1));
}

/** The agent whose doings differ first: that of the first record, or else any. */
function _earliest(runs, names, from) {
  for (const run of runs) {
    if (from < run.size && names.includes(run.actor(from))) return names.indexOf(run.actor(from));
  }
  return 0;
}

async function _act(run, name, k) {
  const turn = _knows(run, name) ? run.turn(name, k) : null;
  if (turn === null) return null;
  const record = await run.record(turn.n);
  return { n: turn.n, t: run.t(turn.n), text: tell(record, run), status: turn.status };
}

async function _turn(run, name, k) {
  const known = _knows(run, name);
  const [act, page, next] = await Promise.all([_act(run, name, k), known ? run.page(name, k) : null, known ? run.page(name, k + 1) : null]);
  const until = known && run.turn(name, k + 1) ? run.turn(name, k + 1).n - 1 : run.size;
  const earned = act ? run.earned(name, act.n, until) : new Map();
  const agent = known ? run.data.agents.find((one) => one.name === name) : null;
  const last = known && k >= run.turnCount(name) - 1;
  return { act, page, next, earned, outcome: last && agent ? agent.outcome : null };
}

/** Names of a page's parts that are not alike on both sides. */
function _differing(one, two) {
  if (!one || !two) return [];
  const names = [...new Set([...Object.keys(one), ...Object.keys(two)])];
  return names.filter((name) => JSON.stringify(one[name]) !== JSON.stringify(two[name]));
}

function _told(run, seen, side, k, differ) {
  const { act, page, next, earned, outcome } = seen;
  const head = el("h3", { text: side + ", " + run.data.name });
  if (!act && !page) return [head, el("p", { class: "quiet", text: "It has no such turn here." })];
  const error = next && next.last_action_error;
  const sums = [...earned].map(([name, value]) => words(name) + " " + milli(value)).join(", ");
  return [
    head,
    el("div", { class: "turn" },
      act ? el("p", { class: "action" }, el("span", { class: "quiet", text: "Turn " + (k + 1) + ", record " + act.n + ", " + span(act.t) + ": " }), el("strong", { text: act.text })) : el("p", { class: "quiet", text: "It did nothing more." }),
      error ? el("p", {}, badge(words(error.code), "bad"), " ", String(error.text)) : null,
      facts([["reward of this turn", sums || null], ["ended", outcome ? outcomeBadge(outcome) : null]])),
    page ? el("p", { class: "small" }, differ.length ? "≠ The pages differ in: " + differ.map(words).join(", ") + "." : "The pages before it are alike on both sides.") : null,
    page ? seenPage(page, run) : el("p", { class: "quiet", text: "Nothing is known of what it saw." }),
  ];
}
