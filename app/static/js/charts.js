// Draws the charts of a page from the figures that the server sends with them, in the page's colours,
// and moves the slider's cursor over them. The strip under the slider is none of them: it is SVG from
// the server, since it must be there at first paint and move with the hand.
import { dayOf, stepOf } from "./fund/days.js";
import { inMotion, move, release } from "./fund/motion.js";

const CONFIG = { displayModeBar: false, displaylogo: false, plotlyServerURL: "", responsive: true, showSendToCloud: false };
const REST = 200; // milliseconds without a swap
const PRINTED = 660; // pixels, the width of a chart on paper
const SAVED = { width: 1200, height: 600 };
const { plotly, plotlyStyles } = document.querySelector("#charts-script").dataset;
const find = (selector) => document.querySelector(selector);
const charts = () => document.querySelectorAll(".chart:not([hidden]):has(.plot)");
const plotOf = (chart) => chart.querySelector(".plot");
const drawn = new Set(); // elements that Plotly holds on to

let loading;
const load = () =>
  (loading ??= new Promise((resolve, reject) => {
    // What Plotly would write into the page itself, which the policy forbids.
    const styles = document.createElement("link");
    Object.assign(styles, { rel: "stylesheet", id: "plotly.js-style-global", className: "no-inline-styles", href: plotlyStyles });
    const script = document.createElement("script");
    Object.assign(script, { src: plotly, onload: () => resolve(window.Plotly), onerror: reject });
    document.head.append(styles, script);
  }));

// A figure names its colours as the style sheet does.
function figureOf(chart) {
  const style = getComputedStyle(document.documentElement);
  const color = (name) => style.getPropertyValue(`--${name}`).trim();
  const { data, layout } = JSON.parse(chart.querySelector("script").textContent);
  for (const trace of data) {
    const own = color(trace.meta.color);
    trace.marker = { ...trace.marker, color: own };
    if (trace.marker.line) trace.marker.line.color = own;
    if (trace.line) trace.line.color = own;
  }
  for (const shape of layout.shapes ?? []) shape.line.color = color("time");
  for (const note of layout.annotations ?? []) Object.assign(note, { font: { color: color("time") }, arrowcolor: color("time"), bgcolor: color("paper") });
  const lines = { gridcolor: color("line"), zerolinecolor: color("edge"), linecolor: color("edge") };
  for (const name of ["xaxis", "yaxis", "yaxis2"]) if (layout[name]) Object.assign(layout[name], lines);
  if (layout.yaxis2) layout.yaxis2.showgrid = false;
  const paper = { paper_bgcolor: color("paper"), plot_bgcolor: color("paper") };
  const hoverlabel = { bgcolor: color("paper"), bordercolor: color("edge"), font: { color: color("ink") } };
  const font = { color: color("ink"), family: getComputedStyle(document.body).fontFamily, size: 12 };
  return { data, layout: { ...layout, ...paper, hoverlabel, font } };
}

async function draw() {
  forget();
  if (!charts().length) return;
  const library = await load();
  for (const chart of charts()) {
    const plot = plotOf(chart);
    const { data, layout } = figureOf(chart);
    const isNew = !plot.classList.contains("js-plotly-plot");
    await library.react(plot, data, layout, CONFIG);
    if (isNew && layout.xaxis.type === "date") plot.on("plotly_click", goTo);
    drawn.add(plot);
    chart.dataset.drawn = "";
  }
  placeCursor();
}

// What a swap took off the page Plotly would keep, and size with the window.
function forget() {
  for (const plot of drawn)
    if (!plot.isConnected) {
      window.Plotly.purge(plot);
      drawn.delete(plot);
    }
}

// A press on a point moves the slider to its day.
function goTo({ points }) {
  const range = find("#day, #slider-day");
  if (!range) return;
  move(range, stepOf(range, points[0].x.slice(0, 10)));
  if (range.id === "day") release();
  else range.dispatchEvent(new Event("change", { bubbles: true }));
}

// The cursor stands on all charts over time at once: they show the same days, and the style sheet
// knows their margins.
function placeCursor() {
  const [range, shown] = [find("#day"), find("#charts-view")];
  if (!shown) return;
  const [first, last, day] = [shown.dataset.first, shown.dataset.last, range ? dayOf(range) : shown.dataset.asOf].map(Date.parse);
  const share = Math.min(Math.max((day - first) / (last - first), 0), 1);
  // On the lines themselves: from above them it would have the styles of all charts worked out anew.
  for (const cursor of shown.querySelectorAll(".cursor")) cursor.style.setProperty("--cursor", share);
}

// Of the charts by group the chosen one is seen.
function choose() {
  const chosen = find("#chart-group")?.value;
  for (const each of document.querySelectorAll(".chart.grouped")) each.hidden = each.id !== chosen;
}

async function save(button) {
  const chart = button.closest(".chart");
  const { data, layout } = figureOf(chart);
  const title = { text: chart.querySelector("h3").textContent, font: { size: 16 }, x: 0.02, xanchor: "left" };
  const figure = { data, layout: { ...layout, title, margin: { ...layout.margin, t: 56 } } };
  const height = Math.max(SAVED.height, layout.height);
  const name = `${find("h1").textContent.trim()} ${chart.dataset.name}`;
  await (await load()).downloadImage(figure, { format: button.dataset.saves, filename: name, width: SAVED.width, height });
}

const redraw = () => {
  choose();
  return draw();
};

// While the hand moves, the charts below a plain slider stay as they were drawn.
let resting = 0;
function redrawAtRest() {
  choose();
  clearTimeout(resting);
  resting = setTimeout(() => (find("#slider-day:active") ? redrawAtRest() : redraw()), REST);
}

// At rest the charts are of the view; while the handle is held they wait.
let asked = null;
function followView() {
  const [section, shown, view] = [find("#charts"), find("#charts-view"), find("#view")];
  if (!view || inMotion()) return;
  const wanted = view.dataset.charts;
  section.setAttribute("hx-get", wanted);
  if (!shown || [shown.dataset.address, asked].includes(wanted)) return;
  asked = wanted;
  window.htmx.trigger(section, "view");
}

document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  const { id, tagName } = ctx.target ?? {};
  if (["charts", "comparison", "setup-preview", "fund-list"].includes(id) || tagName === "BODY") redraw(); // Back brings a whole body
  if (id === "viewed") redrawAtRest();
  followView();
  placeCursor();
});
document.addEventListener("htmx:finally:request", ({ target }) => target.id === "charts" && (asked = null));
document.addEventListener("input", ({ target }) => target.id === "day" && placeCursor());
document.addEventListener("change", ({ target }) => target.id === "chart-group" && redraw());
document.addEventListener("click", ({ target }) => {
  const button = target.closest?.("[data-saves]");
  if (button) save(button);
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
// Paper has a width of its own.
const resize = (size) => {
  for (const chart of charts()) if ("drawn" in chart.dataset) window.Plotly.relayout(plotOf(chart), size);
};
addEventListener("beforeprint", () => resize({ autosize: false, width: PRINTED }));
addEventListener("afterprint", () => resize({ autosize: true, width: null }));
redraw();
