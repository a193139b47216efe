// The agent's panel: what it saw, what it did, what came of it, at the chosen moment.

function agentPanel(view) {
  const { run } = view;
  const holder = el("div");
  const head = el("div", { class: "row" });
  let after = false;
  let drawn = 0;
  let last = "";

  const pick = choice(run.data.agents.map((one) => [one.name, one.name + " · " + one.policy]), view.agent, (name) => view.pickAgent(name));
  pick.id = "agent";
  const back = el("button", { type: "button", text: "◀ turn", title: "Turn before (Shift ←)", on: { click: () => view.stepTurn(-1) } });
  const on = el("button", { type: "button", text: "turn ▶", title: "Next turn (Shift →)", on: { click: () => view.stepTurn(1) } });
  const which = (text, wanted) => el("button", { type: "button", text, "aria-pressed": "false", on: { click: () => { after = wanted; draw(true); } } });
  const seen = which("Page it saw", false);
  const next = which("Page after it", true);
  head.append(labelled("Agent", pick), back, on, seen, next);

  async function draw(force = false) {
    const agent = run.data.agents.find((one) => one.name === view.agent);
    if (!agent) return;
    pick.value = view.agent;
    const k = run.turnAt(view.agent, view.n);
    const key = view.agent + "/" + k + "/" + after;
    // Rewards and what followed may grow until the next turn.
    const until = (run.turn(view.agent, k + 1) || { n: run.size }).n - 1;
    const upTo = Math.min(view.n, until);
    if (!force && last === key + "/" + upTo) return;
    last = key + "/" + upTo;
    const mine = ++drawn;
    seen.setAttribute("aria-pressed", String(!after));
    next.setAttribute("aria-pressed", String(after));
    const turn = k < 0 ? null : run.turn(view.agent, k);
    const [before, later, record, call] = await Promise.all([
      run.page(view.agent, Math.max(0, k)), run.page(view.agent, k + 1), turn ? run.record(turn.n) : null, run.call(view.agent, k),
    ]);
    if (mine !== drawn) return;
    const page = after && later ? later : before;
    fill(holder,
      el("p", { class: "goal", text: agent.goal || (before && before.goal) || "" }),
      turn ? turnFacts(agent, k, turn, record, later, upTo) : el("p", { class: "quiet", text: "It has not acted yet. This is what it sees first." }),
      call ? chatPart(call) : null,
      el("h3", { text: "What was legal" }), before ? legalList(after && later ? later : before, turn && !(after && later) ? turn.verb : "") : "",
      el("h3", { text: after ? "What it saw next" : "What it saw" }),
      page ? seenPage(page, run) : el("p", { class: "quiet", text: "The run could not be executed up to here, so nothing is known of this page." }));
  }

  function turnFacts(agent, k, turn, record, later, upTo) {
    const own = run.earned(agent.name, turn.n, upTo);
    const all = run.earned(agent.name, 0, upTo);
    const error = later && later.last_action_error;
    const ended = agent.outcome && run.turnCount(agent.name) === k + 1 && view.n > turn.n;
    const thought = run.thought(agent.name, k > 0 ? run.turn(agent.name, k - 1).n : -1, turn.n);
    return el("div", { class: "turn" },
      el("p", { class: "action" },
        el("span", { class: "quiet", text: "Turn " + (k + 1) + " of " + run.turnCount(agent.name) + ", " }), toRecord(view, turn.n), " ",
        el("strong", { text: turn.verb || words(turn.status) }), " ", el("code", { text: spelled(record.d.args, run, turn.verb) }), " ",
        turn.status === "ok" ? null : badge(words(turn.status), "bad")),
      error ? el("p", {}, badge(words(error.code), "bad"), " ", error.text) : null,
      !error && later && later.last_action_result ? el("p", {}, badge("result", "good"), " ", String(later.last_action_result)) : null,
      facts([
        ["reward of this turn", termText(own)],
        ["reward so far", termText(all)],
        ["thought for", thought ? span(thought.ms) : null],
        ["tokens", thought ? count(thought.prompt) + " in, " + count(thought.completion) + " out" : null],
        ["ended", ended ? outcomeBadge(agent.outcome) : null],
      ]));
  }

  const element = section("agent-page", "The agent's page at this moment", head, holder);
  view.hearInSight(element, () => draw());
  return element;
}

function termText(sums) {
  const total = [...sums.values()].reduce((one, two) => one + two, 0);
  if (!sums.size) return "0";
  return milli(total) + " = " + [...sums].map(([name, value]) => words(name) + " " + milli(value)).join(", ");
}

