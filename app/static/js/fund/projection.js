// Asks for the state that the holdings show while the handle moves, and says so while it lags.
import { shortDate } from "./days.js";

const EVERY = 125; // milliseconds between two requests while the handle moves
const LOADING_AFTER = 1_000;
const OFFLINE_AFTER = 5_000;
const [FIRST_PAUSE, LONGEST_PAUSE] = [2_000, 30_000]; // between two tries to reach the server
const find = (selector) => document.querySelector(selector);

let askedAt = 0;
let turn = 0;

// Asks for a day that is passed on the way: at once, or when it is time again.
export function project(range) {
  clearTimeout(turn);
  const ask = () => {
    askedAt = performance.now();
    window.htmx.trigger(range, "project");
  };
  const wait = askedAt + EVERY - performance.now();
  if (wait <= 0) ask();
  else turn = setTimeout(ask, wait);
}

export const stopProjecting = () => clearTimeout(turn);

// What lags says so: dimmed and with its own date at once, after a second by a word, then as offline.
let wanted = null; // the day that the handle stands on
let [lagsSince, waitsSince, triesAt] = [0, 0, 0];
let isUnreachable = false;
let pause = FIRST_PAUSE;
let watch = 0;

export function expectDay(day) {
  wanted = day;
  showLag();
}

export function showLag() {
  const [view, figures] = [find("#view"), find("#figures")];
  const lags = wanted !== null && view.dataset.asOf !== wanted;
  view.classList.toggle("lags", lags);
  figures.classList.toggle("lags", lags && figures.dataset.asOf !== wanted);
  if (!lags) return settle();
  if (!lagsSince) lagsSince = performance.now();
  if (!watch) watch = setInterval(tell, 250);
}

function settle() {
  clearInterval(watch);
  if (isUnreachable) find("#alerts").replaceChildren();
  [lagsSince, triesAt, watch, pause, isUnreachable] = [0, 0, 0, FIRST_PAUSE, false];
  find("#loading").hidden = true;
}

function tell() {
  const now = performance.now();
  if (waitsSince && now - waitsSince >= OFFLINE_AFTER) isUnreachable = true;
  find("#loading").hidden = isUnreachable || now - lagsSince < LOADING_AFTER || !waitsSince;
  if (!isUnreachable) return;
  if (!triesAt) triesAt = now + pause;
  if (now >= triesAt) tryAgain();
  const template = find("#offline").content;
  if (!find("#alerts .offline")) find("#alerts").replaceChildren(template.cloneNode(true));
  find("#alerts .showing").textContent = shortDate(find("#view").dataset.asOf);
  find("#alerts .countdown").textContent = Math.max(Math.ceil((triesAt - now) / 1_000), 0);
}

function tryAgain() {
  pause = Math.min(pause * 2, LONGEST_PAUSE);
  triesAt = performance.now() + pause;
  window.htmx.trigger("#viewpoint", "retry");
}

document.addEventListener("htmx:before:request", () => (waitsSince ||= performance.now()));
document.addEventListener("htmx:finally:request", () => (waitsSince = 0));
document.addEventListener("htmx:error", ({ detail }) => {
  if (!detail.ctx || !lagsSince) return;
  isUnreachable = true;
  tell();
});
window.addEventListener("online", () => {
  if (lagsSince) tryAgain();
});
