// The view: which run, moment, agent and offer are looked at; everybody is told when it moves.

function makeView(run, start) {
  const listeners = [];
  const sight = new Map();
  const watched = new IntersectionObserver((entries) => {
    for (const entry of entries) sight.get(entry.target)(entry.isIntersecting);
  }, { rootMargin: "300px" });
  window.addEventListener("beforeprint", () => sight.forEach((hear) => hear(true)));
  let waiting = false;
  let saving = 0;
  const view = {
    run,
    n: 0,
    agent: run.data.agents.length ? run.data.agents[0].name : "",
    product: 0,
    playing: false,
    hear: (listener) => listeners.push(listener),
    /** As `hear`, but only while the element is in sight, and when it comes there. */
    hearInSight(element, listener) {
      let near = true;
      let missed = false;
      sight.set(element, (now) => {
        near = now;
        if (near && missed) {
          missed = false;
          listener();
        }
      });
      watched.observe(element);
      listeners.push(() => {
        if (near) listener();
        else missed = true;
      });
    },
    seek(n) {
      view.n = Math.max(0, Math.min(run.size - 1, Math.round(n)));
      tell_();
    },
    pickAgent(name) {
      view.agent = name;
      tell_();
    },
    pickProduct(k) {
      view.product = k;
      tell_();
    },
    /** Go to the turn before or after the present one of the chosen agent. */
    stepTurn(by) {
      const k = run.turnAt(view.agent, view.n);
      const now = k < 0 ? null : run.turn(view.agent, k);
      const target = by < 0 && now && now.n < view.n ? k : k + by;
      const turn = run.turn(view.agent, Math.max(0, target));
      if (turn) view.seek(turn.n);
    },
    restore(values) {
      if (run.data.agents.some((one) => one.name === values.agent)) view.agent = values.agent;
      const product = run.productNumber(values.offer);
      if (product >= 0) view.product = product;
      if (values.n !== undefined && /^\d+$/.test(values.n)) view.n = Math.min(run.size - 1, Number(values.n));
      else if (values.t !== undefined && /^-?\d+$/.test(values.t)) view.n = run.at(Number(values.t));
      tell_();
    },
    now: () => tell_(),
  };

  function tell_() {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      for (const listener of listeners) listener();
      clearTimeout(saving);
      // Browsers count how often an address is changed.
      if (!view.playing) saving = setTimeout(save, 250);
    });
  }

  function save() {
    const offer = run.data.products[view.product];
    setPlace({
      run: run.number || null,
      t: run.t(view.n),
      n: view.n,
      agent: view.agent,
      offer: offer ? offer.id : null,
    });
  }

  view.restore(start);
  return view;
}

/** The n of the address only counts where its t is that of record n. */
function fitting(values, run) {
  const n = Number(values.n);
  if (values.t !== undefined && !(n < run.size && run.t(n) === Number(values.t))) return { ...values, n: undefined };
  return values;
}
