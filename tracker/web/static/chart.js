/* Makes the drawn chart of an indicator one that answers: pointer and arrow keys read off a value, dragging looks closer.
   Without it, and until it is there, the drawing of the server stays. Colours come from the style sheet. */
"use strict";

(() => {
  const figure = document.querySelector("figure.chart");
  if (!figure || typeof uPlot === "undefined" || Number(figure.dataset.points) < 2) return;
  const [drawing, dates, readout] = [".drawing", ".dates", ".readout"].map((one) => figure.querySelector(one));
  const label = "Read off values";
  const closer = document.createElement("button");
  closer.type = "button";
  closer.className = "quiet";
  closer.textContent = label;
  closer.setAttribute("aria-pressed", "false");
  const live = document.createElement("div");
  live.hidden = true;
  live.tabIndex = 0;
  live.setAttribute("role", "application");
  live.setAttribute("aria-label", "Chart: arrow keys read off one value after another");
  drawing.before(closer, live);

  const colour = (name) => {
    const probe = document.createElement("span");
    probe.className = "probe-" + name;
    figure.append(probe);
    const found = getComputedStyle(probe).color;
    probe.remove();
    return found;
  };
  const number = (text) => (text === null ? null : Number(text));
  const middle = (lo, hi) => (lo === null ? hi : hi === null ? lo : (lo + hi) / 2);
  const words = { ge: "at least ", le: "at most ", approx: "about " };
  const plain = new Intl.NumberFormat("en", { maximumFractionDigits: 6 });
  const short = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 4 });

  let series = null; // asked for when somebody wants to read: it may be long
  let kept = [];
  let data = [];
  let chart = null;
  let here = 0;
  const load = async () => {
    const answer = await fetch(figure.dataset.series);
    if (!answer.ok) return false;
    series = await answer.json();
    const days = { "1y": 366, "3y": 3 * 366 }[figure.dataset.range];
    const since = days ? Date.now() / 1000 - days * 86400 : -Infinity;
    kept = series.at.map((at, i) => [Date.parse(at) / 1000, i]).filter(([x]) => x >= since);
    data = [kept.map(([x]) => x), kept.map(([, i]) => middle(number(series.lo[i]), number(series.hi[i])))];
    if (kept.some(([, i]) => series.lo[i] !== series.first_lo[i] || series.hi[i] !== series.first_hi[i])) {
      data.push(kept.map(([, i]) => middle(number(series.first_lo[i]), number(series.first_hi[i]))));
    }
    return kept.length > 0;
  };
  const said = (i) => {
    const [lo, hi, op] = [number(series.lo[i]), number(series.hi[i]), series.op[i]];
    const value = op === "range" ? `between ${plain.format(lo)} and ${plain.format(hi)}`
      : (words[op] || "") + plain.format(op === "le" ? hi : lo);
    return `${series.occurred[i]}: ${value} ${series.unit}, ${series.kind[i]}, ${series.source[i]}`;
  };
  const tell = (index) => {
    if (index === null || index === undefined) return;
    here = index;
    readout.textContent = said(kept[index][1]);
  };
  const axis = () => ({ stroke: colour("soft"), grid: { stroke: colour("line"), width: 1 }, ticks: { show: false }, font: "12px system-ui" });
  const draw = () => {
    if (chart) chart.destroy();
    const lines = [{}, { stroke: colour("link"), width: 1.6, points: { show: kept.length <= 80, size: 6, fill: colour("link") } }];
    if (data.length > 2) lines.push({ stroke: colour("late"), width: 1.2, dash: [5, 3], points: { show: false } });
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

  closer.addEventListener("click", async () => {
    const open = closer.getAttribute("aria-pressed") === "true";
    if (!open && !series && !(await load())) return;
    closer.setAttribute("aria-pressed", String(!open));
    closer.textContent = open ? label : "Back to the drawing";
    drawing.hidden = dates.hidden = !open;
    live.hidden = open;
    readout.textContent = "";
    if (open) return;
    draw();
    tell(kept.length - 1);
    live.focus();
  });
  live.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -Infinity, End: Infinity }[event.key];
    if (!step || !chart) return;
    event.preventDefault();
    tell(Math.min(Math.max(here + step, 0), kept.length - 1));
    chart.setCursor({ left: chart.valToPos(data[0][here], "x"), top: 10 }, false);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => live.hidden || draw());
  addEventListener("resize", () => live.hidden || chart.setSize({ width: figure.clientWidth, height: 264 }));
})();
