// Lineage: the skills of one run, one below the other, along its episodes.

const _SIGNS = { born: "●", confirmed: "✓", merged: "◆", superseded: "↗", decayed: "✕", retired: "✕", withheld: "○", edited: "✎" };

definePart("lineage", (one) => {
  const words = el("div", { class: "skill-words", "aria-live": "polite" });
  const rows = one.skills.map((skill) => _lane(one, skill, () => choose(skill.name, true)));
  const names = one.skills.map((skill) => skill.name);

  function choose(name, keep) {
    if (keep) setPlaceOf(one.id, name);
    rows.forEach((row, k) => row.setAttribute("aria-current", String(names[k] === name)));
    fill(words, _skill(one.skills[names.indexOf(name)], names, (other) => choose(other, true)));
  }

  const asked = place()[one.id];
  choose(names.includes(asked) ? asked : names[0], false);
  const body = el("div", { class: "lanes" }, _ruler(one), ...rows);
  body.addEventListener("keydown", (event) => {
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    const k = rows.findIndex((row) => row.contains(document.activeElement));
    if (!(event.key in steps) || k < 0) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(rows.length - 1, k + steps[event.key]));
    rows[next].querySelector("button").focus();
    choose(names[next], true);
  });
  return el("div", { class: "lineage" }, el("div", { class: "wide", tabindex: "0", role: "region", "aria-label": "Skills over episodes" }, body), words);
});

const _left = (one, episode) => 100 * (Math.min(one.episodes, episode) / one.episodes) + "%";

/** An element at an episode. */
function _at(one, name, episode, properties = {}) {
  const made = el("span", { class: name, ...properties });
  made.style.left = _left(one, episode);
  return made;
}

function _ruler(one) {
  const steps = [1, 2, 5, 10, 20, 25, 50, 100, 200].find((step) => one.episodes / step <= 10) || 500;
  const ticks = [];
  for (let k = steps; k <= one.episodes; k += steps) ticks.push(_at(one, "tick", k, { text: String(k) }));
  const marks = one.marks.map((mark, k) => _at(one, k % 2 ? "drift low" : "drift", mark.x, { text: mark.label }));
  return el("div", { class: "lane ruler" }, el("span", { class: "who", text: "episode" }), el("span", { class: "track" }, ...ticks, ...marks));
}

function _lane(one, skill, pick) {
  const end = skill.gone === null ? one.episodes : skill.gone;
  const bar = _at(one, "bar " + skill.state, skill.born);
  bar.style.width = 100 * ((end - skill.born) / one.episodes) + "%";
  const uses = skill.uses.map(([episode, tries, arrived]) => _at(one, arrived < tries ? "use missed" : "use", episode));
  const events = skill.events
    .filter((event) => event.what !== "merged" || event.into)
    .map((event) => _at(one, event.what === "confirmed" ? "event after" : "event", event.episode, { text: event.into ? "↗" : _SIGNS[event.what] || "•", title: "episode " + event.episode + ": " + event.text }));
  const general = skill.events
    .filter((event) => event.what === "merged" && !event.into)
    .slice(0, 40)
    .map((event) => _at(one, "event small", event.episode, { text: "◆", title: "episode " + event.episode + ": " + event.text }));
  const marks = one.marks.map((mark) => _at(one, "drift", mark.x));
  const button = el("button", { type: "button", class: "link", text: skill.called, title: skill.does, on: { click: pick } });
  const said = skill.called + ", " + (skill.born ? "learned in episode " + skill.born : "there from the start") + ", " + skill.fate;
  const track = el("span", { class: "track", role: "img", "aria-label": said, on: { click: pick } }, ...marks, bar, ...uses, ...general, ...events);
  return el("div", { class: "lane" }, el("span", { class: "who" }, button), track);
}

/** A skill in words. */
function _skill(skill, names, choose) {
  const uses = skill.uses.reduce(([tries, arrived], use) => [tries + use[1], arrived + use[2]], [0, 0]);
  const span = skill.uses.length ? "episodes " + skill.uses[0][0] + " to " + skill.uses[skill.uses.length - 1][0] : "";
  const link = (name) => (names.includes(name) ? el("button", { type: "button", class: "link", text: name, on: { click: () => choose(name) } }) : name);
  const events = skill.events.map((event) => ({ ...event }));
  return el(
    "div",
    {},
    el("h3", { text: skill.called }),
    el("p", { class: "does", text: skill.does }),
    facts([
      ["learned", skill.born ? "in episode " + skill.born : "there from the start"],
      ["now", skill.fate + (skill.gone === null ? "" : ", in episode " + skill.gone)],
      ["became", skill.into ? link(skill.into) : null],
      ["used", uses[0] ? count(uses[0]) + " times in " + span + ", arrived " + count(uses[1]) + " times" : "never"],
      ["written", skill.by_hand ? "by a person" : null],
      ["kept as", skill.name],
    ]),
    skill.when ? el("p", { text: skill.when }) : null,
    skill.steps.length ? el("ul", { class: "steps" }, ...skill.steps.map((line) => el("li", { text: line }))) : null,
    table(
      [
        { title: "episode", figure: true, key: "episode" },
        { title: "what happened, and why", show: (event) => (_SIGNS[event.what] || "•") + " " + event.text, sort: (event) => event.text },
      ],
      events,
      { caption: "Its life, uses left out.", empty: "Nothing has happened to it but uses." },
    ),
  );
}
