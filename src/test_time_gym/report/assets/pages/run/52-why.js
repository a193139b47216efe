// Why: what led to an agent's end, in a few sentences with links to the moments.

const _LOSSES_TOLD = 4;

/** What an agent lost and to whom, in a few words. */
function lossBrief(view, loss) {
  const what = loss.offers.join(", ");
  const at = " at " + span(view.run.t(loss.n));
  const parts = [];
  if (loss.code === "hold_expired") parts.push("its hold ran out" + at + payingText(loss));
  else if (loss.code === "price_changed" && what) parts.push(what + at + ", whose price had risen");
  else if (!loss.takers.length) parts.push(lossText(loss) + at);
  else {
    const [taker] = loss.takers;
    const who = taker.kind === "seat_sold" ? " to a background buyer (" + taker.segment + ")" : taker.kind === "hold_placed" && taker.agent ? " to " + taker.agent : "";
    const lot = taker.tickets ? ", who came at the same instant with the lower lot" : "";
    parts.push(what + at + (who ? who + lot : ": " + lossText(loss)));
  }
  parts.push(" ", toRecord(view, loss.n, loss.agent));
  return parts;
}

/** How far its payment had come when a hold ran out. */
function payingText(loss) {
  if (!loss.paying) return " before it had paid";
  const said = { payment_challenged: "while its bank waited for a code", payment_declined: "after its payment was declined", payment_started: "while its payment was under way" };
  return " " + said[loss.paying[0]];
}

/** Sentences on what an agent lost; few are told, and the others are a click away. */
function lossParts(view, agent) {
  const mine = view.run.losses.filter((loss) => loss.heavy && loss.agent === agent.name);
  if (!mine.length) return [];
  const times = mine.length === 1 ? "once" : mine.length + " times";
  const parts = [". It lost " + times + ": "];
  const told = mine.length <= _LOSSES_TOLD ? mine : [...mine.slice(0, 2), null, ...mine.slice(-1)];
  told.forEach((loss, k) => {
    if (k) parts.push("; ");
    if (loss) parts.push(...lossBrief(view, loss));
    else parts.push(el("button", { type: "button", class: "link", text: mine.length - 3 + " more", title: "all that " + agent.name + " lost", on: { click: (event) => { event.stopPropagation(); view.showLosses(agent.name); } } }));
  });
  return parts;
}

/** What its last search said, if it lost nothing. */
function nothingFound(view, agent) {
  const loss = view.run.losses.findLast((one) => one.agent === agent.name);
  return loss && !loss.heavy ? [". It was told: " + loss.text + " ", toRecord(view, loss.n, loss.agent)] : [];
}

/** What could still be had when an agent acted for the last time. */
function lastChance(view, agent) {
  const { run } = view;
  const { last, budget } = agent;
  if (!last) return [". It never acted"];
  const { offer } = run.data.words;
  const parts = [". When it acted for the last time, ", toRecord(view, last.n, agent.name), ", "];
  if (!last.offer) return [...parts, "no " + offer + " was left for its task"];
  const whose = agent.team ? "its team's budget" : "its budget";
  const within = last.cost <= budget ? ", within " : ", above ";
  return [...parts, last.offer + " was the cheapest " + offer + " left for its task: " + run.amount(last.cost) + within + whose + " of " + run.amount(budget)];
}

/** What an agent paid where that was above its budget. */
function overBudget(view, agent) {
  if (agent.paid === null || agent.budget === null || agent.team || agent.paid <= agent.budget) return "";
  return ": it paid " + view.run.amount(agent.paid) + ", and its budget was " + view.run.amount(agent.budget);
}

/** Why an agent ended as it did: texts and links. */
function whyParts(view, agent) {
  const [, meaning] = OUTCOMES[agent.outcome] || ["", "its episode has not ended"];
  if (agent.role !== "buyer" || agent.outcome === "closed") return [meaning];
  if (agent.outcome === "success") return [meaning, ...lossParts(view, agent)];
  if (agent.outcome === "violation") return [meaning, overBudget(view, agent), ...lossParts(view, agent)];
  const lost = lossParts(view, agent);
  return [meaning, ...(lost.length ? lost : nothingFound(view, agent)), ...lastChance(view, agent)];
}
