// Lanes: one for each agent, with its turns, holds and end; a click leads there.

const LANE = 18;
const MANY = 24; // lanes in sight; further ones are reached by scrolling

function lanes(view) {
  const { run } = view;
  const agents = run.data.agents;
  const canvas = el("canvas", { class: "lanes", role: "img", "aria-label": "Turns of every agent over the records of the run; the table of agents says the same" });
  const names = el("div", { class: "lane-names" });
  for (const agent of agents) names.append(el("button", { type: "button", class: "link", text: agent.name, on: { click: () => view.pickAgent(agent.name) } }));
  const holder = el("div", { class: "lane-holder" }, names, el("div", { class: "lane-canvas" }, canvas));
  holder.style.maxHeight = MANY * LANE + 8 + "px";
  let still = null; // what does not change with the moment

  function paint() {
    const width = canvas.parentElement.clientWidth;
    const height = agents.length * LANE;
    if (!width) return;
    const ratio = devicePixelRatio;
    still = document.createElement("canvas");
    still.width = canvas.width = width * ratio;
    still.height = canvas.height = height * ratio;
    canvas.style.width = width + "px";
    canvas.style.height = height + "px";
    const context = still.getContext("2d");
    context.scale(ratio, ratio);
    const x = (n) => (run.size > 1 ? (n / (run.size - 1)) * (width - 8) + 4 : 4);
    agents.forEach((agent, row) => {
      const middle = row * LANE + LANE / 2;
      context.fillStyle = _colour("--rule");
      context.fillRect(4, middle, width - 8, 1);
      let before = -9;
      for (const k of run.actsOf(run.agentNumber(agent.name))) {
        const left = x(run.acts.n[k]);
        const bad = run.acts.status[k] !== 0;
        if (left - before < 1 && !bad) continue; // no pixel would be new
        before = left;
        context.fillStyle = _colour(bad ? "--bad" : "--line-0");
        context.fillRect(left - 1, bad ? middle - 7 : middle - 4, 2, bad ? 14 : 9);
      }
    });
    for (const loss of run.losses) if (loss.heavy) mark(context, x(loss.n), rowOf(loss.agent), "✗", "--bad");
    for (let n = run.size - 1; n >= 0; n -= 1) {
      const kind = run.kind(n);
      if (kind === "outcome") mark(context, x(n), rowOf(run.actor(n)), "■", "--ink");
      else if (kind === "ticket_issued") mark(context, x(n), rowOf(run.actor(n)), "★", "--good");
    }
    draw();
  }

  const rowOf = (name) => agents.findIndex((one) => one.name === name);

  function mark(context, left, row, text, colour) {
    if (row < 0) return;
    context.fillStyle = _colour(colour);
    context.font = "12px system-ui, 'DejaVu Sans', sans-serif";
    context.textAlign = "center";
    context.fillText(text, left, row * LANE + LANE / 2 + 4);
  }

  function draw() {
    if (!still) return;
    const context = canvas.getContext("2d");
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.drawImage(still, 0, 0);
    const width = canvas.width / devicePixelRatio;
    const left = run.size > 1 ? (view.n / (run.size - 1)) * (width - 8) + 4 : 4;
    context.fillStyle = _colour("--accent");
    context.fillRect((left - 1) * devicePixelRatio, 0, 2 * devicePixelRatio, canvas.height);
    const row = rowOf(view.agent);
    [...names.children].forEach((one, k) => one.classList.toggle("chosen", k === row));
  }

  canvas.addEventListener("click", (event) => {
    const part = (event.offsetX - 4) / (canvas.clientWidth - 8);
    const agent = agents[Math.floor(event.offsetY / LANE)];
    if (agent) view.pickAgent(agent.name);
    view.seek(part * (run.size - 1));
  });
  onResize(holder, paint);
  onColours(paint);
  view.hear(draw);
  return section("overview", "Every agent's turns", el("p", { class: "quiet", text: "Left to right: the records of the run. ▏a turn · ✗ refused or lost · ★ ticket · ■ end. Click to go there." }), holder);
}
