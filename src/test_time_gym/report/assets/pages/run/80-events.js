// Events: all records, filtered and searched; the chosen one in full, with its causes.

function eventsSection(view) {
  const { run } = view;
  let shown = null; // numbers of the records that a filter leaves; null: all
  const searching = makeSearch(run);
  const state = { kind: "", agent: "", text: "" };
  const told = el("span", { class: "quiet", role: "status" });
  const kinds = choice([["", "all kinds"], ...run.data.kinds.slice().sort().map((kind) => [kind, words(kind)])], "", (value) => set("kind", value));
  const agents = choice([["", "everybody"], ["market", "the market itself"], ...run.data.actors.filter(Boolean).map((name) => ["a:" + name, name])], "", (value) => set("agent", value));
  kinds.id = "kind";
  agents.id = "who";
  let typing = 0;
  const search = el("input", { type: "search", id: "search", placeholder: "text in a record", on: { input: () => { clearTimeout(typing); typing = setTimeout(() => set("text", search.value), 200); } } });

  const numberOf = (k) => (shown === null ? k : shown[k]);
  const list = longList({
    label: "Records of the run",
    row: async (k) => {
      const n = numberOf(k);
      const record = await run.record(n);
      return el("div", { class: n > view.n ? "later" : "" },
        el("span", { class: "number", text: "#" + n }),
        el("span", { class: "when", text: span(record.t) }),
        el("span", { class: "mark", "aria-hidden": "true", text: MARKS[record.k] || "€" }),
        el("span", { class: "who", text: record.a || "market" }),
        el("span", { class: "told", text: tell(record, run) }));
    },
    pick: (k) => {
      view.seek(numberOf(k));
      if (run.data.agents.some((one) => one.name === run.actor(numberOf(k)))) view.pickAgent(run.actor(numberOf(k)));
    },
  });

  function set(name, value) {
    state[name] = value;
    filter();
  }

  async function filter() {
    if (!state.kind && !state.agent && !state.text) {
      searching.stop();
      shown = null;
      return refresh();
    }
    const question = {
      kind: state.kind ? run.data.kinds.indexOf(state.kind) : -1,
      actor: state.agent === "market" ? 0 : state.agent ? run.data.actors.indexOf(state.agent.slice(2)) : -1,
      text: state.text.toLowerCase(),
    };
    const found = await searching.find(question, (some, upTo) => {
      shown = some;
      refresh(count(some.length) + " so far; searched " + share(upTo, run.size) + " …");
    });
    if (found === null) return;
    shown = found;
    refresh();
  }

  function refresh(progress = "") {
    told.textContent = progress || (shown === null ? count(run.size) + " records" : count(shown.length) + " of " + count(run.size) + " records");
    follow();
  }

  function follow() {
    const k = shown === null ? view.n : lastUpTo(shown, view.n);
    const length = shown === null ? run.size : shown.length;
    list.show(length, shown !== null && shown[k] !== view.n ? -1 : k);
    list.reveal(Math.max(0, k));
  }

  const element = section("events", "Events", el("div", { class: "row" }, labelled("Kind", kinds), labelled("Of", agents), labelled("Search", search), told), list.element, recordDetail(view));
  view.hearInSight(element, follow);
  refresh();
  view.search = (text) => {
    search.value = text;
    set("text", text);
  };
  return element;
}

/** The chosen record in full: its causes, and what followed from it. */
function recordDetail(view) {
  const { run } = view;
  const holder = el("div", { class: "detail" });
  let drawn = 0;
  async function line(n) {
    const record = await run.record(n);
    return el("li", {}, toRecord(view, n), " " + (record.a || "market") + ": " + tell(record, run));
  }
  view.hearInSight(holder, async () => {
    const mine = ++drawn;
    const n = view.n;
    const record = await run.record(n);
    const causes = [];
    for (let at = record.c; at > 0 && causes.length < 20; at = run.index.cause[at]) causes.push(at);
    const effects = [...run.effectsOf(n)].slice(0, 30);
    const [before, later] = await Promise.all([Promise.all(causes.map(line)), Promise.all(effects.map(line))]);
    if (mine !== drawn) return;
    fill(holder,
      el("h3", { text: "Record #" + n + ": " + words(record.k) }),
      el("p", { text: (record.a || "the market") + ": " + tell(record, run) }),
      el("h3", { text: "Caused by" }), before.length ? el("ol", {}, ...before) : el("p", { class: "quiet", text: record.k === "act" ? "The agent's own decision." : "Nobody's doing." }),
      later.length ? el("h3", { text: "What followed from it" }) : null, later.length ? el("ol", {}, ...later) : null,
      el("details", {}, el("summary", { text: "As it stands in the journal" }), el("pre", { class: "code", text: JSON.stringify(record, null, 1) })));
  });
  return holder;
}
