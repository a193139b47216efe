// A call of a language model: what it was asked, what it answered, and what that took.

function chatPart(call) {
  const tokens = call.tokens ? count(call.tokens[0]) + " in, " + count(call.tokens[1]) + " out" + (call.estimated ? " (estimated)" : "") : null;
  const said = call.calls.map(([name, args]) => name + " " + args).join("\n");
  const messages = call.messages.map((one) => el("div", { class: "said" }, el("p", { class: "quiet", text: one.role }), el("pre", { text: one.text || "(nothing)" })));
  return el("div", { class: "chat" },
    el("h3", { text: "What its model said" }),
    facts([["model", call.model], ["call", String(call.number)], ["tokens", tokens], ["time", span(call.latency_ms)], ["cost USD", typeof call.microdollars === "number" ? (call.microdollars / 1e6).toFixed(6) : null], ["tried again", call.retries ? String(call.retries) : null], ["tools on offer", String(call.tools)]]),
    el("pre", { text: [call.text, said].filter(Boolean).join("\n") || "(nothing that could be read)" }),
    el("details", {}, el("summary", { text: "What it was asked: " + (call.before ? count(call.before) + " messages as before, and " : "") + call.messages.length + " new" }), ...messages));
}
