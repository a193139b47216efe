// The page of runs.

/** Whether the journal is whole, and comes out the same again. */
function verdict(run) {
  const { data } = run;
  const whole = data.structure === "complete";
  const parts = [
    whole ? badge(data.aborted ? "complete, of a run that was cut short" : "complete", data.aborted ? "warn" : "good") : badge(data.structure, "bad"),
    data.replay === "equal" ? badge("verified: re-execution gives the same bytes", "good") : badge("diverged: re-execution gives other records", "bad"),
  ];
  const rest = [];
  if (data.reason) rest.push(el("p", { class: "problem", role: "alert", text: (data.replay === "diverged" ? "This journal is not what its run gives: " : "This journal is not whole: ") + data.reason + "." }));
  if (data.divergence) {
    rest.push(el("p", { text: "Pages, stock and money are shown up to record " + Math.max(0, data.divergence.n - 1) + "; nothing is known of them after it." }));
    if (data.divergence.changes.length) rest.push(table([{ key: 0, title: "Field" }, { key: 1, title: "The journal says" }, { key: 2, title: "Re-execution gives" }], data.divergence.changes));
    else rest.push(el("pre", { class: "code", text: "the journal says  " + data.divergence.expected + "\nre-execution gives  " + data.divergence.found }));
  }
  return [el("p", { class: "row" }, ...parts), ...rest];
}

function summary(run) {
  const { data } = run;
  const end = run.t(run.size - 1);
  return section("summary", "The run",
    data.description ? el("p", { text: data.description }) : null,
    ...verdict(run),
    facts([
      ["journal", data.name], ["scenario", data.scenario], ["seed", data.seed], ["records", count(data.records)], ["agents", String(data.agents.length)],
      [words(data.words.offers || "offers"), String(data.products.length)], ["simulated time", span(end)], ["currency", data.currency],
      ["fork of", data.parent ? "record " + data.parent.n + " of another run" : null],
      ["SHA-256 of the journal", el("code", { text: data.sha256 })],
    ]));
}

definePage("run", async (main, data) => {
  async function show(number, start) {
    const run = await openRun(data.runs[number], number);
    const view = makeView(run, fitting(start, run));
    if (start.offer === undefined) view.product = contested(run);
    const runs = data.runs.length < 2 ? null : labelled("Run", choice(data.runs.map((one, k) => [String(k), (k + 1) + ": " + one.name + " · " + one.scenario + ", seed " + one.seed]), String(number), (value) => show(Number(value), {})));
    fill(main,
      timeline(view, runs),
      summary(run),
      run.data.agents.length ? agentsTable(view) : null,
      run.data.agents.length ? lossesTable(view) : null,
      run.data.agents.length ? lanes(view) : null,
      el("div", { class: "columns" }, run.data.agents.length ? agentPanel(view) : null, eventsSection(view)),
      stockSection(view),
      moneySection(view));
    view.now();
    window.ttgPage = { view, run, show };
  }

  /** The offer that is looked at first: the one that most was refused of, or that ran lowest. */
  function contested(run) {
    const asked = new Map();
    for (const loss of run.losses) if (loss.heavy) for (const id of loss.offers) asked.set(id, (asked.get(id) || 0) + 1);
    const most = [...asked].sort((one, two) => two[1] - one[1])[0];
    if (most) return Math.max(0, run.productNumber(most[0]));
    let best = 0;
    run.data.products.forEach((_, k) => {
      if (run.changesOf(k).length > run.changesOf(best).length) best = k;
    });
    return best;
  }

  if (!data.runs.length) {
    main.append(el("p", { class: "quiet", text: "There is no run on this page." }));
    return;
  }
  const start = place();
  const number = Number(start.run || 0);
  await show(data.runs[number] ? number : 0, start);
  onPlace((values) => {
    const wanted = Number(values.run || 0);
    if (wanted !== window.ttgPage.run.number && data.runs[wanted]) show(wanted, values);
    else window.ttgPage.view.restore(fitting(values, window.ttgPage.run));
  });
});
