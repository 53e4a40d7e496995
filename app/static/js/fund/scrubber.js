// Moves both handles of a fund page: what can follow at once does, the rest comes from the server.
import { reveal, sight } from "./zoom.js"; // hears of each press first
import "./touch.js";
import "./aim.js";
import { dayOf, max, quarterStep, shortDate, stepOf } from "./days.js";
import { nextEvent, previousEvent } from "./events.js";
import { linesOn } from "./hover.js";
import { follow } from "./mini.js";
import { begin, end, inMotion, move, noteMove, release } from "./motion.js";
import { isPlaying, stopPlaying, togglePlaying } from "./play.js";
import { expectDay, project, showLag, stopProjecting } from "./projection.js";
import { keepRows } from "./rows.js";
import * as tiles from "./tiles.js";

const KEYS = /^(Arrow|Page|Home|End|[[\]]$)/;
const find = (selector) => document.querySelector(selector);
const isRange = (element) => element.id === "day" || element.id === "known-day";
// The range that an element moves, if it moves one.
const rangeOf = (element) => (element.id === "mini-day" ? find("#day") : isRange(element) ? element : null);

let typing = null; // the field in which a day is typed, as far as no day that is meant
function write(field, day) {
  if (field !== typing && field.value !== day) field.value = day;
}

// The handle of days: everything that must not wait for an answer.
function place(day) {
  const range = find("#day");
  range.value = stepOf(range, day);
  range.setAttribute("aria-valuetext", linesOn(day, Number(range.value)).join(", "));
  write(find("#as-of"), day);
  for (const each of document.querySelectorAll("form > [type=hidden][name=as_of]")) each.value = day;
  const share = (100 * range.value) / max(range);
  reveal(share / 100);
  find("#handle > svg").setAttribute("x", `${share}%`);
  find("#veil rect").setAttribute("x", `${share}%`);
  find("#veil rect").setAttribute("width", `${100 - share}%`);
  const known = find("#known-part rect");
  known?.setAttribute("width", `${Math.max(share, known.dataset.until)}%`);
  const { from, to } = sight();
  const [text, late] = [find("#handle text"), share / 100 > from + 0.8 * (to - from)];
  text.setAttribute("text-anchor", late ? "end" : "start");
  text.setAttribute("dx", late ? -8 : 8);
  if (tiles.paint(day)) {
    text.textContent = find("#figures [data-testid=figure-nav]").textContent;
    name(day);
  }
  follow();
  expectDay(day);
}
// The banner names the day of the figures.
function name(day) {
  const [time, today] = [find("#viewed"), find("#viewpoint").dataset.today];
  [time.textContent, time.dateTime] = [shortDate(day), day];
  const isNow = day === today && !find("#viewed-knowledge").textContent;
  find(".banner").classList.toggle("quiet", isNow);
}
function placeKnown(day) {
  const range = find("#known-day");
  range.value = stepOf(range, day);
  range.setAttribute("aria-valuetext", shortDate(day));
  write(find("#known-at"), day);
}
function know(day) {
  placeKnown(day);
  const today = find("#viewpoint").dataset.today;
  find("#carried [name=known_at]").value = day < today ? day : "";
  find("#carried [name=through]")?.remove();
}

// On the way down to their targets, so that htmx, who listens there, finds all in its place.
const onTheWayDown = (name, listener) => document.addEventListener(name, listener, true);

onTheWayDown("pointerdown", ({ target }) => {
  if (rangeOf(target)) stopPlaying();
});
// A range that is let go where it was taken up tells of no change.
for (const name of ["pointerup", "pointercancel"]) {
  onTheWayDown(name, () => setTimeout(() => heldKey || isPlaying() || release()));
}
onTheWayDown("input", ({ target }) => {
  if (!isRange(target)) return;
  noteMove(target);
  if (target.id === "day") place(dayOf(target));
  else {
    find("#known-time").value = "";
    know(dayOf(target));
  }
  project(target);
});
onTheWayDown("change", (event) => {
  const { target } = event;
  if (!event.isTrusted || !heldKey) stopProjecting();
  if (isRange(target)) {
    // A held key changes the range at each repeat: it is let go when it comes up.
    if (event.isTrusted && heldKey) event.stopImmediatePropagation();
    else end();
  } else if (target.id === "as-of" || target.id === "known-at") {
    // While a year is typed it passes through years that nobody means.
    const isOnItsWay = target.value ? target.value < "1000" : target.required;
    typing = isOnItsWay ? target : null;
    if (isOnItsWay) event.stopImmediatePropagation();
    else if (!target.checkValidity()) return; // the server says why
    else if (target.id === "as-of") place(target.value);
    else know(target.value || find("#viewpoint").dataset.today);
  }
});
// A day that was not taken gives way to that of the figures.
onTheWayDown("focusout", ({ target }) => {
  if (target === typing) typing = null;
  if (target.id === "as-of" && !target.checkValidity()) place(find("#view").dataset.asOf);
  if (target.id === "known-at" && !target.checkValidity()) placeKnown(find("#view").dataset.knownOn);
});

let heldKey = false;
// Where a key leads that the range itself does not know, or not as it is meant.
const STEP_OF = {
  PageUp: (range) => quarterStep(range, Number(range.value), 1),
  PageDown: (range) => quarterStep(range, Number(range.value), -1),
  "]": (range) => (range.id === "day" ? nextEvent(range.value) : undefined),
  "[": (range) => (range.id === "day" ? previousEvent(range.value) : undefined),
};
onTheWayDown("keydown", (event) => {
  const { key } = event;
  const range = rangeOf(event.target);
  if (range?.id === "day" && key === " ") {
    event.preventDefault();
    if (!event.repeat) togglePlaying();
  }
  if (!range || !KEYS.test(key)) return;
  stopPlaying();
  heldKey = true;
  begin(range);
  if (!STEP_OF[key]) return;
  event.preventDefault();
  const step = STEP_OF[key](range);
  if (step !== undefined) move(range, step);
});
const letGo = () => {
  if (!heldKey) return;
  heldKey = false;
  release();
};
onTheWayDown("keyup", letGo);
window.addEventListener("blur", letGo);

let asked = null; // what was asked for last
document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  const { body, method } = ctx.request;
  const today = find("#viewpoint")?.dataset.today;
  if (method !== "GET" || !today || ctx.sourceElement.id === "charts") return;
  asked = ctx;
  if (body.get("as_of") === today) body.delete("as_of");
  if (body.get("known_at") === today && !body.get("known_time")) body.delete("known_at");
});
// While the handle is held, figures that were painted stay, rows keep their places, and what belongs
// to a view at rest waits for it.
document.addEventListener("htmx:before:swap", ({ detail: { tasks } }) => {
  const arrived = tasks.find((task) => task.type === "main")?.fragment;
  const [figures, view] = [find("#figures"), arrived?.querySelector("#view")];
  if (!figures || !view) return;
  const isPainted = figures.dataset.asOf === find("#as-of").value && figures.dataset.asOf !== view.dataset.asOf;
  figures.toggleAttribute("hx-morph-skip", inMotion() !== null && isPainted);
  if (inMotion()?.id !== "day") return;
  keepRows(arrived);
  for (const task of tasks.filter(({ type, target }) => type === "oob" && target.id !== "gap")) {
    const knowledge = task.fragment.querySelector("#viewed-knowledge");
    if (knowledge) find("#viewed-knowledge").textContent = knowledge.textContent;
    if (!knowledge || isPainted) tasks.splice(tasks.indexOf(task), 1);
  }
});

// A step, a sort or a release has arrived: the handles stand where the figures do, unless another
// day was asked for meanwhile.
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  const view = find("#view");
  if (!view) return;
  if (find("#figures").dataset.asOf === view.dataset.asOf) {
    find("#handle text").textContent = find("#figures [data-testid=figure-nav]").textContent;
    follow();
  }
  if (!inMotion() && ctx === asked) {
    place(view.dataset.asOf);
    placeKnown(view.dataset.knownOn);
    tiles.load();
    // A report was left or come to: the strip, too, is another one then.
    const { reported } = find("#strip .curves").dataset;
    if (reported !== view.dataset.reported) window.htmx.trigger("#whole", "left");
  }
  showLag();
});

// The links to the fund's other pages carry the view, as the server writes them.
function carryView() {
  const view = new URLSearchParams(location.search);
  view.delete("sort");
  for (const link of document.querySelectorAll(".sections a, .settings a, .why")) link.search = view;
}
for (const name of ["push", "replace"]) document.addEventListener(`htmx:after:history:${name}`, carryView);

document.addEventListener("tiles:loaded", () => {
  if (inMotion()?.id === "day") place(dayOf(inMotion()));
});
document.addEventListener("htmx:after:init", () => tiles.load(), { once: true });
tiles.load();
