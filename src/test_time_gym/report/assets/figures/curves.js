// Curves: charts with bands, whose legend is made of check boxes and read by keys.

const _SIDE = 120; // pixels for the names at the ends of curves
const _NARROW = 620;

/** How a number of an axis is shown. */
function shownAs(unit, exponent) {
  const signed = (text, value) => (value > 0 ? "+" : "") + text.replace("-", "−");
  if (unit === "share") return (v) => +(100 * v).toFixed(1) + " %";
  if (unit === "points") return (v) => signed((100 * v).toFixed(1).replace(/\.0$/, ""), v);
  if (unit === "money") return (v) => money(Math.round(v), exponent);
  return (v) => String(+v.toFixed(Math.abs(v) < 10 ? 2 : 1)).replace("-", "−");
}

definePart("chart", (one) => {
  const show = shownAs(one.y.unit, one.y.exponent);
  const nameOf = (k) => (one.x.labels ? one.x.labels[k] : one.x.values[k]);
  const shown = one.series.map((each) => each.shown);
  const columns = [one.x.values];
  const series = [{}];
  const bands = [];
  const first = []; // the column of each curve
  one.series.forEach((each, k) => {
    const style = curveStyle(_style(one, k));
    first.push(columns.length);
    columns.push(each.values);
    const points = one.x.values.length < 2 || each.values.filter((v) => v !== null).length < 2;
    series.push({ ...style, show: shown[k], points: { show: points, size: 6 }, spanGaps: false });
    if (!each.low.length) return;
    for (const bound of [each.high, each.low]) {
      columns.push(bound);
      series.push({ show: shown[k], width: 0, points: { show: false } });
    }
    bands.push({ series: [columns.length - 2, columns.length - 1], fill: () => _faint(style.stroke()) });
  });
  const values = one.series.flatMap((each, k) => (shown[k] ? [...each.values, ...each.low, ...each.high] : []));
  const known = values.filter((v) => v !== null);
  const holder = el("div", { class: "chart", tabindex: "0", role: "img", "aria-label": one.title + ", " + one.y.label + " by " + one.x.label });
  const told = el("p", { class: "told", "aria-live": "polite" });
  const axis = (text, side) => ({
    label: text,
    labelSize: 20,
    labelFont: "12px system-ui, sans-serif",
    stroke: () => _colour("--ink-2"),
    grid: { stroke: () => _colour("--rule"), width: 1 },
    ticks: { stroke: () => _colour("--rule"), width: 1 },
    font: "12px system-ui, sans-serif",
    values: side ? (_, ticks) => ticks.map(show) : one.x.labels ? (_, ticks) => ticks.map((tick) => one.x.labels[tick] ?? "") : undefined,
    size: side ? (_, ticks) => 22 + 8 * Math.max(2, ...(ticks || []).map((tick) => tick.length)) : 32,
    incrs: side ? undefined : [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
  });
  const plot = new uPlot(
    {
      width: 600,
      height: 260,
      padding: [18, () => (holder.clientWidth < _NARROW ? 8 : _SIDE), 0, null],
      scales: { x: { time: false, range: _spread(one.x.values) }, y: { range: (_, low, high) => _reach(one.y, low, high, known) } },
      axes: [axis(one.x.label, false), axis(one.y.label, true)],
      series,
      bands,
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, points: { show: false } },
      hooks: {
        draw: [(u) => _marks(u, one.marks), (u) => _names(u, one, first)],
        setCursor: [(u) => tell(u.cursor.idx)],
      },
    },
    columns,
    holder,
  );

  function tell(k) {
    if (k === null || k === undefined) return;
    at = k;
    const said = one.series.flatMap((each, n) => {
      if (!plot.series[first[n]].show || each.values[k] === null || each.values[k] === undefined) return [];
      const [low, high] = [each.low[k], each.high[k]];
      const bounds = low === null || low === undefined || high === null ? "" : " (" + show(low) + " to " + show(high) + ")";
      return [each.name + " " + show(each.values[k]) + bounds];
    });
    told.textContent = one.x.label + " " + nameOf(k) + ": " + (said.join("; ") || "nothing");
  }

  let at = -1;
  holder.addEventListener("keydown", (event) => {
    const steps = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity };
    if (!(event.key in steps)) return;
    event.preventDefault();
    at = Math.max(0, Math.min(one.x.values.length - 1, at + steps[event.key]));
    plot.setCursor({ left: plot.valToPos(one.x.values[at], "x"), top: 10 });
    tell(at);
  });
  const fit = () => {
    if (holder.clientWidth) plot.setSize({ width: chartWidth(holder), height: 260 });
  };
  plot.fit = fit;
  new ResizeObserver(fit).observe(holder);
  _charts.add(plot);
  const legend = one.series.map((each, k) => {
    const box = el("input", { type: "checkbox", checked: shown[k], on: { change: () => _toggle(plot, first[k], each.low.length, box.checked) } });
    return el("label", { class: "curve" }, box, _sample(_style(one, k)), el("span", { text: each.name }));
  });
  return el(
    "figure",
    { class: "curves", id: one.id },
    el("figcaption", { text: one.title }),
    el("div", { class: "legend row" }, ...legend),
    holder,
    told,
    one.note ? el("p", { class: "quiet small", text: one.note }) : null,
    _asTable(one, show),
  );
});

function _toggle(plot, column, bounds, show) {
  plot.setSeries(column, { show });
  if (bounds) for (const k of [column + 1, column + 2]) plot.setSeries(k, { show });
}

/** The number of a curve's style: its own, or its place among the curves. */
function _style(one, k) {
  return one.series[k].style === null ? k : one.series[k].style;
}

function _marks(plot, marks) {
  plot.ctx.save();
  plot.ctx.setLineDash([]); // a curve may have left its own
  plot.ctx.textAlign = "left";
  _mark(plot, marks.map((mark) => [mark.x, mark.label]));
  plot.ctx.restore();
}

/** Colour and dash of the k-th curve: no two of the first thirty-six have both alike. */
function curveStyle(k) {
  return { stroke: () => _colour("--line-" + (k % 6)), dash: DASHES[(k + Math.floor(k / 6)) % 6], width: 2 };
}

function _faint(colour) {
  return colour.startsWith("#") && colour.length === 7 ? colour + "26" : "transparent";
}

/** A little of a curve, for the legend. */
function _sample(k) {
  const canvas = el("canvas", { width: "68", height: "16", class: "sample", "aria-hidden": "true" });
  canvas.draw = () => {
    const context = canvas.getContext("2d");
    const { stroke, dash } = curveStyle(k);
    context.clearRect(0, 0, 68, 16);
    context.strokeStyle = stroke();
    context.lineWidth = 4;
    context.setLineDash(dash.map((n) => 2 * n));
    context.beginPath();
    context.moveTo(0, 8);
    context.lineTo(68, 8);
    context.stroke();
  };
  canvas.draw();
  return canvas;
}

function _spread(values) {
  const [low, high] = [values[0], values[values.length - 1]];
  return low === high ? [low - 1, high + 1] : [low, high];
}

function _reach(y, low, high, known) {
  if (low === null || high === null) [low, high] = known.length ? [Math.min(...known), Math.max(...known)] : [0, 1];
  const least = y.min !== null ? y.min : low;
  const most = y.max !== null ? y.max : high;
  const room = y.max !== null ? 0 : 0.08 * (most - least || Math.abs(most) || 1);
  return [y.min !== null ? least : least - room, y.max !== null ? most : most + room];
}

/** Write each curve's name beside its end, one below the other. */
function _names(plot, one, first) {
  if (plot.width < _NARROW) return;
  const context = plot.ctx;
  const ends = [];
  one.series.forEach((each, k) => {
    if (!plot.series[first[k]].show) return;
    const last = each.values.findLastIndex((value) => value !== null);
    if (last < 0) return;
    ends.push([plot.valToPos(each.values[last], "y", true), each.name, _style(one, k)]);
  });
  ends.sort((one, two) => one[0] - two[0]);
  const step = 14 * devicePixelRatio;
  const bottom = plot.bbox.top + plot.bbox.height;
  const tops = ends.map(([top]) => top);
  for (let k = 1; k < tops.length; k += 1) tops[k] = Math.max(tops[k], tops[k - 1] + step);
  for (let k = tops.length - 1, limit = bottom; k >= 0; k -= 1, limit -= step) tops[k] = Math.min(tops[k], limit);
  context.save();
  context.font = 12 * devicePixelRatio + "px system-ui, sans-serif";
  context.textBaseline = "middle";
  context.textAlign = "left";
  ends.forEach(([, name, k], n) => {
    context.fillStyle = curveStyle(k).stroke();
    const said = name.length > 16 ? name.slice(0, 15) + "…" : name;
    context.fillText(said, plot.bbox.left + plot.bbox.width + 8 * devicePixelRatio, tops[n]);
  });
  context.restore();
}

/** The same as a table, made when it is opened. */
function _asTable(one, show) {
  const holder = el("div");
  const details = el("details", { class: "no-print" }, el("summary", { text: "As a table" }), holder);
  details.addEventListener("toggle", () => {
    if (!details.open || holder.firstChild) return;
    const cell = (each, k) => {
      if (each.values[k] === null || each.values[k] === undefined) return null;
      const [low, high] = [each.low[k], each.high[k]];
      const bounds = low === null || low === undefined || high === null ? "" : " (" + show(low) + " to " + show(high) + ")";
      return show(each.values[k]) + bounds;
    };
    const columns = [
      { title: one.x.label, figure: true, show: (k) => String(one.x.labels ? one.x.labels[k] : one.x.values[k]), sort: (k) => one.x.values[k] },
      ...one.series.map((each) => ({ title: each.name, figure: true, show: (k) => cell(each, k), sort: (k) => each.values[k] })),
    ];
    holder.append(table(columns, one.x.values.map((_, k) => k), { caption: one.title + ", " + one.y.label }));
  });
  return details;
}
