// Moves both handles of a fund page: what can follow at once does, the rest comes from the server.
import "./aim.js";
import { dayOf, max, quarterEnd, shortDate, stepOf } from "./days.js";
import { expectDay, project, showLag, stopProjecting } from "./projection.js";
import "./hover.js";
import { keepRows } from "./rows.js";
import * as tiles from "./tiles.js";

const QUARTERS_A_SECOND = 1;
const KEYS = /^(Arrow|Page|Home|End)/;
const find = (selector) => document.querySelector(selector);
const isRange = (element) => element.id === "day" || element.id === "known-day";

let typing = null; // the field in which a day is typed, as far as no day that is meant
function write(field, day) {
  if (field !== typing && field.value !== day) field.value = day;
}

// The handle of days: everything that must not wait for an answer.
function place(day) {
  const range = find("#day");
  range.value = stepOf(range, day);
  range.setAttribute("aria-valuetext", shortDate(day));
  write(find("#as-of"), day);
  for (const each of document.querySelectorAll("form > [type=hidden][name=as_of]")) each.value = day;
  const share = (100 * range.value) / max(range);
  find("#handle > svg").setAttribute("x", `${share}%`);
  find("#veil rect").setAttribute("x", `${share}%`);
  find("#veil rect").setAttribute("width", `${100 - share}%`);
  const known = find("#known-part rect");
  known?.setAttribute("width", `${Math.max(share, known.dataset.until)}%`);
  const [text, late] = [find("#handle text"), share > 80];
  text.setAttribute("text-anchor", late ? "end" : "start");
  text.setAttribute("dx", late ? -8 : 8);
  if (tiles.paint(day)) {
    text.textContent = find("#figures [data-testid=figure-nav]").textContent;
    name(day);
  }
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

// Moving: from the first press or key until it is let go, or while playing.
let moving = null;
let moved = false;
const begin = (range) => {
  if (moving !== range) [moving, moved] = [range, false];
};
function release() {
  const range = moving;
  moving = null;
  if (range && moved) range.dispatchEvent(new Event("change", { bubbles: true }));
}
function move(range, step) {
  range.value = step;
  range.dispatchEvent(new Event("input", { bubbles: true }));
}

// On the way down to their targets, so that htmx, who listens there, finds all in its place.
const onTheWayDown = (name, listener) => document.addEventListener(name, listener, true);

onTheWayDown("pointerdown", ({ target }) => {
  if (isRange(target)) stopPlaying();
});
// A range that is let go where it was taken up tells of no change.
for (const name of ["pointerup", "pointercancel"]) {
  onTheWayDown(name, () => setTimeout(() => heldKey || playing || release()));
}
onTheWayDown("input", ({ target }) => {
  if (!isRange(target)) return;
  moved = true;
  if (!moving) moving = target;
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
    else moving = null;
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
onTheWayDown("keydown", (event) => {
  if (!isRange(event.target) || !KEYS.test(event.key)) return;
  stopPlaying();
  heldKey = true;
  begin(event.target);
  if (!event.key.startsWith("Page")) return;
  event.preventDefault();
  const on = event.key === "PageUp";
  const step = stepOf(event.target, quarterEnd(dayOf(event.target), on ? 1 : -1));
  // Beyond a break there is nothing but the last day, and back from it its other side.
  const end = stepOf(event.target, event.target.dataset.end);
  move(event.target, on ? (step > end ? max(event.target) : step) : Math.min(step, end));
});
const letGo = () => {
  if (!heldKey) return;
  heldKey = false;
  release();
};
onTheWayDown("keyup", letGo);
window.addEventListener("blur", letGo);

let playing = 0;
function play() {
  const range = find("#day");
  if (Number(range.value) >= max(range)) move(range, 0);
  begin(range);
  find("#play").setAttribute("aria-pressed", "true");
  find("#play").textContent = "❚❚ Pause";
  let [at, before] = [Number(range.value), performance.now()];
  const frame = (now) => {
    if (!range.isConnected) return stopPlaying();
    const speed = Number(find("#speed").dataset.speed);
    at = Math.min(at + ((now - before) / 1000) * speed * QUARTERS_A_SECOND * 91.3, max(range));
    before = now;
    if (Math.floor(at) !== Number(range.value)) move(range, Math.floor(at));
    if (at < max(range)) playing = requestAnimationFrame(frame);
    else stopPlaying();
  };
  playing = requestAnimationFrame(frame);
}
function stopPlaying() {
  if (!playing) return;
  cancelAnimationFrame(playing);
  playing = 0;
  find("#play")?.setAttribute("aria-pressed", "false");
  if (find("#play")) find("#play").textContent = "▶ Play";
  release();
}
document.addEventListener("click", ({ target }) => {
  if (target.id === "play") (playing ? stopPlaying : play)();
  if (target.id === "speed") {
    const speed = { 1: 2, 2: 4, 4: 1 }[target.dataset.speed];
    target.dataset.speed = speed;
    target.textContent = `${speed}×`;
    target.setAttribute("aria-label", `Speed: ${["", "a quarter", "two quarters", "", "a year"][speed]} a second`);
  }
});

let asked = null; // what was asked for last
document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  const { body, method } = ctx.request;
  const today = find("#viewpoint")?.dataset.today;
  if (method !== "GET" || !today) return;
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
  figures.toggleAttribute("hx-morph-skip", moving !== null && isPainted);
  if (moving?.id !== "day") return;
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
  }
  if (!moving && ctx === asked) {
    place(view.dataset.asOf);
    placeKnown(view.dataset.knownOn);
    tiles.load();
  }
  showLag();
});

document.addEventListener("tiles:loaded", () => {
  if (moving?.id === "day") place(dayOf(moving));
});
document.addEventListener("htmx:after:init", () => tiles.load(), { once: true });
tiles.load();
