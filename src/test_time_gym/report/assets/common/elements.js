// Elements: whatever a text says, it becomes a text node and never markup.

/**
 * Make an element.
 * Properties: `class`, `text`, `on` (listeners by event), `data` (data-* by name), and
 * others as attributes; true is an empty attribute, false and null are left out.
 */
function el(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === false || value === null || value === undefined) continue;
    if (key === "class") made.className = value;
    else if (key === "text") made.textContent = value;
    else if (key === "on") for (const [event, hear] of Object.entries(value)) made.addEventListener(event, hear);
    else if (key === "data") Object.assign(made.dataset, value);
    else if (key.startsWith("on") || key === "style" || key === "srcdoc") throw new Error("not an attribute: " + key);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

/** Put these children in the place of all that an element has. */
function fill(parent, ...children) {
  parent.replaceChildren(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return parent;
}

/** A part of a page with a heading; `id` is what `#id` in the address leads to. */
function section(id, title, ...children) {
  return el("section", { id, "aria-labelledby": id + "-title" }, el("h2", { id: id + "-title", text: title }), ...children);
}

/** A labelled control: the label stands before it. */
function labelled(text, control, properties = {}) {
  return el("label", { class: "labelled", ...properties }, el("span", { text }), control);
}

/** A select of [value, text] pairs. */
function choice(options, chosen, change) {
  const made = el("select", { on: { change: () => change(made.value) } });
  for (const [value, text] of options) made.append(el("option", { value, text, selected: value === chosen }));
  return made;
}

/** Terms and what they are: rows of [name, value], the value a text or an element. */
function facts(rows) {
  const made = el("dl", { class: "facts" });
  for (const [name, value] of rows) {
    if (value === null || value === undefined || value === "") continue;
    made.append(el("div", {}, el("dt", { text: name }), el("dd", {}, value)));
  }
  return made;
}

/** A word in a frame; the mark before it tells its tone without colour. */
function badge(text, tone = "plain") {
  const marks = { good: "✓ ", bad: "✗ ", warn: "! ", plain: "" };
  return el("span", { class: "badge " + tone, text: marks[tone] + text });
}

/** Call when an element has got another size: in the next frame, as the call may change it. */
function onResize(element, hear) {
  new ResizeObserver(() => requestAnimationFrame(hear)).observe(element);
}
