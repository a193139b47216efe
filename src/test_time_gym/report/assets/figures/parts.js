// Parts: a page of figures is sections of texts, tables, charts and choices.

const _parts = new Map();

/** Say how parts of a type are drawn: `draw(part)` returns an element. */
function definePart(type, draw) {
  _parts.set(type, draw);
}

/** The element of a part. */
function part(one) {
  const draw = _parts.get(one.type);
  if (!draw) throw new Error("nothing is known of parts called " + one.type);
  return draw(one);
}

/** Draw a page of figures: what came out in sentences, a list of sections, and these. */
function figuresPage(main, data) {
  const lead = (data.lead || []).map((line) => el("p", { text: line }));
  const sections = data.sections || [];
  const links = sections.map((one) => el("a", { href: "#" + one.id, text: one.title }));
  main.append(
    lead.length ? el("div", { class: "lead" }, ...lead) : "",
    el("nav", { class: "contents no-print", "aria-label": "Sections" }, ...links),
    ...sections.map((one) => section(one.id, one.title, ...one.parts.map(part))),
  );
  // The browser has looked for the section before it was there.
  requestAnimationFrame(() => _reveal(location.hash.slice(1)));
  onPlace(() => _reveal(location.hash.slice(1)));
}

function _reveal(id) {
  if (!id || id.includes("=")) return;
  const found = document.getElementById(id);
  if (found) found.scrollIntoView();
}

definePart("text", (one) => el("div", { class: "text" }, ...one.lines.map((line) => el("p", { text: line }))));

definePart("columns", (one) =>
  el("div", { class: "columns" }, ...one.columns.map((column) =>
    el("div", { class: "column" }, el("h3", { text: column.title }), ...column.parts.map(part)))));

/** Write one value of the place, and leave the others. */
function setPlaceOf(name, value) {
  const values = place();
  values[name] = value;
  setPlace(values);
}

definePart("choice", (one) => {
  const holder = el("div", { class: "chosen-parts" });
  const keys = one.options.map((each) => each.key);
  const asked = () => (keys.includes(place()[one.id]) ? place()[one.id] : keys[0]);
  let shown = null;
  const show = async (key) => {
    if (key === shown) return;
    shown = key;
    const chosen = one.options[keys.indexOf(key)];
    const parts = chosen.block ? await jsonBlock(chosen.block, false) : chosen.parts;
    if (key === shown) fill(holder, ...parts.map(part));
  };
  const select = choice(one.options.map((each) => [each.key, each.label]), asked(), (key) => {
    setPlaceOf(one.id, key);
    show(key);
  });
  select.id = "choose-" + one.id;
  onPlace(() => {
    if (!select.isConnected) return;
    select.value = asked();
    show(asked());
  });
  show(asked());
  return el("div", { class: "choice" }, labelled(one.label, select), holder);
});
