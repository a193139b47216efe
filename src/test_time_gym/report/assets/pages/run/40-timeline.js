// The time line: a bar that stays in sight, with a scrubber, steps and what is happening.

function timeline(view, runChoice) {
  const { run } = view;
  const last = run.size - 1;
  const button = (text, label, act) => el("button", { type: "button", text, title: label, "aria-label": label, on: { click: act } });
  const play = button("▶ Play", "Play or stop (space)", () => toggle());
  const speed = choice([["1", "1 a step"], ["5", "5 a step"], ["50", "50 a step"], ["500", "500 a step"]], "1", () => {});
  speed.setAttribute("aria-label", "Records a step while playing");
  const range = el("input", { type: "range", id: "scrubber", min: 0, max: last, step: 1, value: 0, "aria-label": "Moment: number of the record", on: { input: () => view.seek(Number(range.value)) } });
  const moment = el("span", { class: "moment" });
  const what = el("span", { class: "what", "aria-live": "polite" });
  let timer = 0;

  function toggle(wanted = !view.playing) {
    view.playing = wanted && view.n < last;
    play.textContent = view.playing ? "■ Stop" : "▶ Play";
    clearInterval(timer);
    if (view.playing) timer = setInterval(() => {
      view.seek(view.n + Number(speed.value));
      if (view.n >= last) toggle(false);
    }, 150);
    else view.now();
  }

  let drawn = 0;
  view.hear(async () => {
    const n = view.n;
    const mine = ++drawn;
    range.value = n;
    range.setAttribute("aria-valuetext", "record " + n + ", " + run.clock(run.t(n)));
    moment.textContent = "#" + n + " of " + last + " · " + run.clock(run.t(n)) + " · " + span(run.t(n)) + " since opening";
    const record = await run.record(n);
    if (mine === drawn) what.textContent = (record.a || "market") + ": " + tell(record, run);
  });

  const steps = {
    ArrowRight: () => view.seek(view.n + 1),
    ArrowLeft: () => view.seek(view.n - 1),
    Home: () => view.seek(0),
    End: () => view.seek(last),
    PageDown: () => view.seek(view.n + 20),
    PageUp: () => view.seek(view.n - 20),
    " ": () => toggle(),
  };
  const near = (by) => {
    const names = run.data.agents.map((one) => one.name);
    if (names.length) view.pickAgent(names[(names.indexOf(view.agent) + by + names.length) % names.length]);
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || view.run !== timeline.run) return;
    const within = event.target.closest("input, select, textarea, [role=listbox], .wide, pre");
    if (within && !(within.id === "scrubber" && event.key === " ")) return;
    if (event.key === " " && event.target.closest("button, summary, a, tr")) return;
    let act = steps[event.key];
    if (event.shiftKey && event.key === "ArrowRight") act = () => view.stepTurn(1);
    else if (event.shiftKey && event.key === "ArrowLeft") act = () => view.stepTurn(-1);
    else if (event.key === "[") act = () => near(-1);
    else if (event.key === "]") act = () => near(1);
    else if (event.key === "/") act = () => document.getElementById("search").focus();
    if (!act) return;
    event.preventDefault();
    act();
  });
  timeline.run = run;

  return el("div", { class: "timeline", role: "group", "aria-label": "Time line" },
    el("div", { class: "row" },
      runChoice,
      button("|◀", "First record (Home)", steps.Home), button("◀", "One record back (←)", steps.ArrowLeft), play,
      button("▶", "One record on (→)", steps.ArrowRight), button("▶|", "Last record (End)", steps.End), speed,
      moment),
    range,
    el("div", { class: "row spread" }, what, el("span", { class: "quiet keys", text: "← → step · Shift ← → turns of the agent · space plays · [ ] agent · / search" })));
}
