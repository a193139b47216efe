// Charts: uPlot in the colours of the page, with a legend that reads without colour.

const _charts = new Set();
const _PAPER = 600; // pixels: what of a sheet's width a chart may take
let _printing = false;

/** The width a chart may have: that of its place, and on paper no more than a sheet has. */
function chartWidth(holder) {
  return _printing ? Math.min(holder.clientWidth, _PAPER) : holder.clientWidth;
}

for (const [event, printing] of [["beforeprint", true], ["afterprint", false]]) {
  window.addEventListener(event, () => {
    _printing = printing;
    for (const plot of _charts) plot.fit();
  });
}

function _colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3], [5, 2], [1, 2]];

/** The colour and the dash of the k-th line. */
function lineStyle(k) {
  return { stroke: () => _colour("--line-" + (k % 6)), dash: DASHES[k % 6], width: 2 };
}

/**
 * A chart of lines over a common axis.
 * `series`: [{label, step, points, show(value), band: [low, high] series numbers…}], in the
 * order of `data`, which begins with the values of the axis.
 * Options: `height`, `x(value)` and `y(value)` (texts of ticks), `label` (read aloud),
 * `range` ([low, high] of the y axis), `bands` (uPlot's), `pick(x)`, `marks` ([[x, text]]).
 */
function chart(data, series, options = {}) {
  const holder = el("div", { class: "chart", role: "img", "aria-label": options.label || "chart" });
  const axis = (show, side) => ({
    stroke: () => _colour("--ink-2"),
    grid: { stroke: () => _colour("--rule"), width: 1 },
    ticks: { stroke: () => _colour("--rule"), width: 1 },
    font: "12px system-ui, sans-serif",
    values: show ? (_, ticks) => ticks.map((tick) => (tick === null ? "" : show(tick))) : undefined,
    size: side ? (_, ticks) => 20 + 7 * Math.max(2, ...(ticks || []).map((tick) => String(tick).length)) : 34,
    space: side ? 30 : 90,
  });
  const settings = {
    width: 600,
    height: options.height || 220,
    scales: { x: { time: false }, y: options.range ? { range: options.range } : {} },
    axes: [axis(options.x, false), axis(options.y, true)],
    series: [
      { label: options.axis || "", value: (_, v) => (v === null ? "–" : options.x ? options.x(v) : String(v)) },
      ...series.map((one, k) => ({
        ...lineStyle(one.style === undefined ? k : one.style),
        ...(one.faint ? { width: 1, stroke: () => _colour("--ink-3") } : {}),
        label: one.label,
        points: { show: Boolean(one.points), size: 6 },
        paths: one.step ? uPlot.paths.stepped({ align: 1 }) : undefined,
        value: (_, v) => (v === null || v === undefined ? "–" : one.show ? one.show(v) : String(v)),
      })),
    ],
    bands: (options.bands || []).map((one) => ({ series: one, fill: () => _colour("--band") })),
    legend: { live: options.live !== false },
    cursor: { drag: { x: true, y: false } },
    hooks: { draw: [(plot) => _mark(plot, holder.marks || options.marks || [])] },
  };
  const plot = new uPlot(settings, data, holder);
  if (options.pick) {
    plot.over.addEventListener("click", (event) => {
      const x = plot.posToVal(event.offsetX, "x");
      if (Number.isFinite(x)) options.pick(x);
    });
  }
  const fit = () => {
    if (holder.clientWidth) plot.setSize({ width: chartWidth(holder), height: options.height || 220 });
  };
  plot.fit = fit;
  onResize(holder, fit);
  _charts.add(plot);
  holder.plot = plot;
  holder.mark = (marks) => {
    holder.marks = marks;
    plot.redraw(false, false);
  };
  return holder;
}

/** Draw upright lines, each with a text, at places of the axis. */
function _mark(plot, marks) {
  const context = plot.ctx;
  context.save();
  context.strokeStyle = context.fillStyle = _colour("--accent");
  context.lineWidth = 2;
  context.setLineDash([]);
  context.font = 12 * devicePixelRatio + "px system-ui, sans-serif";
  for (const [x, text] of marks) {
    const left = plot.valToPos(x, "x", true);
    if (left < plot.bbox.left - 1 || left > plot.bbox.left + plot.bbox.width + 1) continue;
    context.beginPath();
    context.moveTo(left, plot.bbox.top);
    context.lineTo(left, plot.bbox.top + plot.bbox.height);
    context.stroke();
    if (text) context.fillText(text, left + 4, plot.bbox.top + 14 * devicePixelRatio);
  }
  context.restore();
}

/** Draw all charts again, and whatever else is drawn, in the colours that now hold. */
function redrawCharts() {
  for (const hear of _coloured) hear();
  for (const plot of _charts) plot.root.isConnected ? plot.redraw(false, true) : _charts.delete(plot);
}

const _coloured = [];

/** Call when other colours hold from now on. */
function onColours(hear) {
  _coloured.push(hear);
}
