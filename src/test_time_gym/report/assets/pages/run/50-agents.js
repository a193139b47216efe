// Agents: how each fared, and why.

function agentsTable(view) {
  const { run } = view;
  const holder = el("div");
  let shown = null;
  const rows = run.data.agents;
  const made = [
    { key: "name", title: "Agent" },
    { key: "policy", title: "Policy" },
    { key: "outcome", title: "Outcome", show: (one) => outcomeBadge(one.outcome) },
    { key: "why", title: "Why", prose: true, show: (one) => el("span", {}, ...whyParts(view, one)) },
    { key: "turns", title: "Turns", figure: true, show: (one) => count(one.turns) },
    { key: "milli", title: "Reward", figure: true, show: (one) => milli(one.milli) },
    { key: "paid", title: "Paid " + run.data.currency, figure: true, show: (one) => run.money(one.paid) },
  ];
  view.hear(() => {
    if (shown === view.agent) return;
    shown = view.agent;
    retable(holder, table(made, rows, { caption: "Choose an agent to see its page below.", pick: (one) => view.pickAgent(one.name), chosen: (one) => one.name === view.agent, empty: "Nothing is known of its agents." }));
  });
  return section("agents", "How every agent fared", holder);
}

const _LOSSES_SHOWN = 200;

function lossesTable(view) {
  const { run } = view;
  const columns_ = [
    { key: "n", title: "Record", show: (loss) => toRecord(view, loss.n, loss.agent) },
    { key: "t", title: "When", show: (loss) => span(run.t(loss.n)), sort: (loss) => loss.n },
    { key: "agent", title: "Agent" },
    { key: "code", title: "What it lost", show: (loss) => lossText(loss), sort: (loss) => loss.code },
    { key: "takers", title: "To whom", prose: true, sort: (loss) => (loss.takers[0] || {}).n, show: (loss) => el("span", {}, ...loss.takers.flatMap((taker, k) => [k ? "; " : "", ...takerParts(taker, view)])) },
  ];
  const holder = el("div");
  const only = el("input", { type: "checkbox", id: "only-agent", on: { change: () => draw() } });
  const light = el("input", { type: "checkbox", id: "light", on: { change: () => draw() } });
  const lighter = run.losses.filter((loss) => !loss.heavy).length;
  let drawn;
  function draw() {
    const mine = only.checked ? view.agent : "";
    drawn = mine;
    const rows = run.losses.filter((loss) => (!mine || loss.agent === mine) && (loss.heavy || light.checked));
    const rest = rows.length > _LOSSES_SHOWN ? el("p", { class: "quiet", text: "The first " + _LOSSES_SHOWN + " of " + count(rows.length) + "." }) : null;
    const pick = (loss) => {
      view.pickAgent(loss.agent);
      view.seek(loss.n);
    };
    retable(holder, table(columns_, rows.slice(0, _LOSSES_SHOWN), { pick, label: "What was lost, and to whom", empty: "Nobody lost anything to anybody." }), rest);
  }
  view.showLosses = (agent) => {
    view.pickAgent(agent);
    only.checked = true;
    draw();
    document.getElementById("losses").scrollIntoView();
    only.focus();
  };
  draw();
  view.hear(() => {
    if (only.checked && drawn !== view.agent) draw();
  });
  return section("losses", "Who lost what, and to whom", el("p", { class: "row" }, labelled("only the chosen agent", only), lighter ? labelled("also coupons and searches that failed (" + count(lighter) + ")", light) : null), holder);
}
