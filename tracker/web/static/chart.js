/* Makes the drawn chart of an indicator one that answers: pointer and arrow keys read off a value, dragging looks closer.
   Without it, and until it is there, the drawing of the server stays. Colours come from the style sheet. */
"use strict";

(async () => {
  const figure = document.querySelector("figure.chart");
  if (!figure || typeof uPlot === "undefined") return;
  const answer = await fetch(figure.dataset.series);
  if (!answer.ok) return;
  const series = await answer.json();
  const ranges = { "1y": 366, "3y": 3 * 366 };
  const since = figure.dataset.range in ranges ? Date.now() / 1000 - ranges[figure.dataset.range] * 86400 : -Infinity;
  const kept = series.at.map((at) => Date.parse(at) / 1000).map((x, i) => [x, i]).filter(([x]) => x >= since);
  if (kept.length < 2) return;

  const number = (text) => (text === null ? null : Number(text));
  const middle = (lo, hi) => (lo === null ? hi : hi === null ? lo : (lo + hi) / 2);
  const at = (i) => middle(number(series.lo[i]), number(series.hi[i]));
  const first = (i) => middle(number(series.first_lo[i]), number(series.first_hi[i]));
  const revised = kept.some(([, i]) => series.lo[i] !== series.first_lo[i] || series.hi[i] !== series.first_hi[i]);
  const data = [kept.map(([x]) => x), kept.map(([, i]) => at(i))];
  if (revised) data.push(kept.map(([, i]) => first(i)));

  const colour = (name) => {
    const probe = document.createElement("span");
    probe.className = "probe-" + name;
    figure.append(probe);
    const found = getComputedStyle(probe).color;
    probe.remove();
    return found;
  };
  const words = { ge: "at least ", le: "at most ", approx: "about " };
  const plain = new Intl.NumberFormat("en", { maximumFractionDigits: 6 });
  const short = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 4 });
  const said = (i) => {
    const [lo, hi, op] = [number(series.lo[i]), number(series.hi[i]), series.op[i]];
    const value = op === "range" ? `between ${plain.format(lo)} and ${plain.format(hi)}`
      : (words[op] || "") + plain.format(op === "le" ? hi : lo);
    return `${series.occurred[i]}: ${value} ${series.unit}, ${series.kind[i]}, ${series.source[i]}`;
  };

  const drawing = figure.querySelector(".drawing");
  const readout = figure.querySelector(".readout");
  const live = document.createElement("div");
  live.className = "live";
  live.tabIndex = 0;
  live.setAttribute("role", "application");
  live.setAttribute("aria-label", "Chart: arrow keys read off one value after another");
  let chart = null;
  let here = kept.length - 1;
  const tell = (index) => {
    if (index === null || index === undefined) return;
    here = index;
    readout.textContent = said(kept[index][1]);
  };
  const axis = () => ({ stroke: colour("soft"), grid: { stroke: colour("line"), width: 1 }, ticks: { show: false }, font: "12px system-ui" });
  const draw = () => {
    if (chart) chart.destroy();
    const lines = [{}, { stroke: colour("link"), width: 1.6, points: { show: kept.length <= 80, size: 6, fill: colour("link") } }];
    if (revised) lines.push({ stroke: colour("late"), width: 1.2, dash: [5, 3], points: { show: false } });
    chart = new uPlot({
      width: figure.clientWidth,
      height: 264,
      legend: { show: false },
      cursor: { y: false, drag: { x: true, y: false } },
      scales: { x: { time: true } },
      axes: [axis(), { ...axis(), size: 64, values: (_, ticks) => ticks.map((one) => short.format(one)) }],
      series: lines,
      hooks: { setCursor: [(one) => tell(one.cursor.idx)] },
    }, data, live);
  };
  const closer = document.createElement("button");
  closer.type = "button";
  closer.className = "quiet";
  const label = "Read off values";
  closer.textContent = label;
  closer.setAttribute("aria-pressed", "false");
  closer.addEventListener("click", () => {
    const open = closer.getAttribute("aria-pressed") === "true";
    closer.setAttribute("aria-pressed", String(!open));
    closer.textContent = open ? label : "Back to the drawing";
    for (const one of [drawing, figure.querySelector(".dates")]) one.hidden = !open;
    live.hidden = open;
    if (open) {
      readout.textContent = "";
    } else {
      draw();
      tell(kept.length - 1);
      live.focus();
    }
  });
  live.hidden = true;
  live.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -Infinity, End: Infinity }[event.key];
    if (!step || !chart) return;
    event.preventDefault();
    tell(Math.min(Math.max(here + step, 0), kept.length - 1));
    chart.setCursor({ left: chart.valToPos(data[0][here], "x"), top: 10 }, false);
  });
  drawing.before(closer, live);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => live.hidden || draw());
  addEventListener("resize", () => live.hidden || chart.setSize({ width: figure.clientWidth, height: 264 }));
})();
