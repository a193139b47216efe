// Telling: records and outcomes in words.

const OUTCOMES = {
  success: ["good", "bought what its task asks for"],
  violation: ["bad", "bought, but not what its task asks for"],
  failed: ["bad", "had bought nothing when its time was over"],
  aborted: ["warn", "gave up, though its task could be done"],
  infeasible_aborted: ["good", "gave up, and rightly: its task could not be done"],
  truncated: ["warn", "had no turns left, or the run was cut short"],
  error: ["bad", "its own program failed"],
  provider_error: ["bad", "the server of its model failed"],
  budget_exhausted: ["warn", "what it may spend on a model is spent"],
  refused: ["warn", "its model would not go on"],
  closed: ["plain", "its market has closed"],
};

const MARKS = {
  header: "◇", act: "▸", reward: "±", outcome: "■", message: "✉", market_opened: "◇", hold_placed: "◐",
  hold_released: "○", hold_expired: "⌛", seat_sold: "●", postponed: "◌", repriced: "↕", ticket_issued: "★", order_cancelled: "☆", end: "■", digest: "#",
};

function outcomeBadge(outcome) {
  if (!outcome) return badge("still shopping", "plain");
  const [tone] = OUTCOMES[outcome] || ["plain"];
  return badge(words(outcome), tone);
}

function terms(found) {
  return Object.entries(found).map(([name, value]) => words(name) + " " + milli(value)).join(", ");
}

/** Arguments of an action; amounts of money as people read them. */
function spelled(args, run, verb) {
  const isMoney = (name) => run.data.amounts.includes(name) || verb === "set_prices";
  const value = (name, one) => (typeof one === "number" && isMoney(name) ? run.money(one) : typeof one === "string" ? one : JSON.stringify(one));
  return Object.entries(args || {}).map(([name, one]) => name + " " + value(name, one)).join(", ");
}

const TELLERS = {
  header: (d) => "the run begins" + (d.scenario && d.scenario.name ? ": " + d.scenario.name : ""),
  act: (d, run) => (d.status === "thinking" ? "thinks for " + span(d.args.ms) : (d.status === "ok" ? "" : words(d.status) + ": ") + (d.verb || "") + " " + spelled(d.args, run, d.verb)),
  reward: (d) => "reward: " + terms(d.terms),
  outcome: (d, run) => "ends: " + words(d.outcome) + (d.paid === null ? "" : ", paid " + run.amount(d.paid)) + (Object.keys(d.terms).length ? " (" + terms(d.terms) + ")" : ""),
  message: (d) => "is told by " + d.sender + (d.untrusted ? " (another agent)" : "") + ": " + d.text,
  market_opened: (d) => "sold before the opening: " + d.sold.map(([id, units]) => units + " × " + id).join(", "),
  hold_placed: (d, run) => "holds " + d.lines.map(([id, units, price]) => units + " × " + id + " at " + run.money(price)).join(", ") + " until " + span(d.expires) + " (" + d.hold + ")",
  hold_released: (d) => "gives " + d.hold + " back",
  hold_expired: (d) => d.hold + " is over: its time has run out",
  seat_sold: (d, run) => "a background buyer (" + d.segment + ") buys 1 × " + d.product + " at " + run.money(d.price),
  postponed: (d, run) => "a background buyer (" + d.segment + ") would buy " + d.product + " at " + run.money(d.price) + ", and comes back at " + span(d.returns),
  repriced: (d, run) => "prices of " + (d.seller || "the market") + " move: " + [
    ...(d.prices || []).map(([k, price]) => run.data.products[k].id + " → " + run.money(price)),
    ...(d.limits || []).map(([k, limit]) => run.data.products[k].id + ": booking limit " + limit),
    ...(d.bids || []).length ? [d.bids.length + " bid prices"] : [],
  ].join(", "),
  coupon_applied: (d) => "applies coupon " + d.code,
  payment_started: (d, run) => "pays " + run.amount(d.amount) + " with " + d.card + " for " + d.hold + " (" + d.payment + ", try " + d.attempt + ")",
  payment_challenged: (d) => "its bank asks for a code (" + d.payment + ")",
  challenge_passed: (d) => "gave the right code (" + d.payment + ")",
  payment_declined: (d) => "is declined: " + words(d.reason) + " (" + d.payment + ")",
  payment_authorized: (d, run) => run.amount(d.amount) + " set aside (" + d.payment + ")",
  payment_captured: (d, run) => run.amount(d.amount) + " taken (" + d.payment + ")",
  payment_voided: (d, run) => run.amount(d.amount) + " let go (" + d.payment + ", " + words(d.reason) + ")",
  payment_refunded: (d, run) => run.amount(d.amount) + " given back (" + d.payment + ")",
  payment_closed: (d) => d.payment + " ended without money: " + words(d.reason || d.state),
  ticket_issued: (d, run) => "has its ticket: " + d.order + ", " + run.amount(d.total) + " (" + d.hold + ")",
  order_cancelled: (d, run) => "cancels " + d.order + (d.whole ? "" : " in part") + ", " + run.amount(d.refund) + " go back",
  instalment_failed: (d) => "part " + d.part + " of " + d.order + " could not be charged: " + words(d.reason),
  order_defaulted: (d) => d.order + " is taken back: a part failed for good",
  digest: (d) => "checkpoint " + d.state,
  end: (d) => "the run ends: " + d.status,
};

/** What a record says, in words; where it says nothing known, as it stands. */
function tell(record, run) {
  try {
    const teller = TELLERS[record.k];
    if (teller) return teller(record.d, run);
  } catch {
    // A forged record may lack what records of its kind hold.
  }
  return words(record.k) + " " + JSON.stringify(record.d);
}

/** A link to a record, and to the page of an agent at it. */
function toRecord(view, n, agent) {
  const go = (event) => {
    event.stopPropagation();
    if (agent) view.pickAgent(agent);
    view.seek(n);
  };
  return el("button", { type: "button", class: "link", text: "#" + n, title: "go to record " + n + (agent ? ", and to the page of " + agent : ""), on: { click: go } });
}

const REFUSALS = {
  sold_out: (loss) => loss.offers.join(", ") + (loss.units > 1 ? " had no " + loss.units + " left" : " was sold out"),
  price_changed: (loss) => "the price of " + loss.offers.join(", ") + " had risen",
  hold_expired: (loss) => loss.text || "its hold ran out before it had paid",
  payment_declined: (loss) => "its payment was declined: " + words(loss.text),
  order_defaulted: () => "its order was taken back: a part could not be charged",
};

/** Why an agent did not get what it asked for. */
function lossText(loss) {
  const known = REFUSALS[loss.code];
  return known ? known(loss) : loss.text || words(loss.code);
}

const FATES = { ticket_issued: "and bought it", hold_released: "and gave it back later", hold_expired: "and let it run out" };

/** Who took what an agent did not get: a list of texts and links. */
function takerParts(taker, view) {
  const link = toRecord(view, taker.n);
  if (taker.kind === "seat_sold") return ["a background buyer (" + taker.segment + ") bought the last " + taker.offer + " ", link];
  if (taker.kind === "hold_placed") {
    const fate = taker.fate ? " " + FATES[taker.fate[0]] + " " : " and still held it at the end ";
    const lot = taker.tickets ? ", at the same instant but with the lower lot (" + count(taker.tickets[1]) + " before " + count(taker.tickets[0]) + ")," : "";
    const parts = [taker.agent + " took the last " + taker.offer + " into its checkout ", link, lot, fate];
    if (taker.fate) parts.push(toRecord(view, taker.fate[1]));
    return parts;
  }
  if (taker.kind === "repriced") return ["prices or booking limits of " + taker.offer + " moved ", link];
  if (taker.kind === "market_opened") return ["sold before the market opened ", link];
  return [words(taker.kind) + " " + (taker.agent || "") + " ", link];
}
