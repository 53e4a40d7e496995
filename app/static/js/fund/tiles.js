// Paints the figures above the holdings on any day, from their texts of all days, which are loaded
// once for what is known. The texts are written on the server: nothing is worked out here.
import { DAY } from "./days.js";

const KEPT = 4; // addresses whose texts are kept
const loaded = new Map(); // texts by their address, the newest last
const find = (selector) => document.querySelector(selector);

// Loads what the view on the page needs, when the browser has nothing else to do.
export function load() {
  const { texts, textsToday } = find("#view").dataset;
  for (const address of [texts, textsToday]) {
    if (address && !loaded.has(address)) whenIdle(() => fetchTexts(address));
  }
  tell();
}
// Says on the handle's range whether the figures follow it by themselves.
function tell() {
  const { then, today, needsToday } = current();
  find("#day").dataset.figures = then && (today || !needsToday) ? "here" : "to come";
}
const whenIdle = (work) => (window.requestIdleCallback ?? setTimeout)(work, { timeout: 500 });

async function fetchTexts(address) {
  if (loaded.has(address)) return;
  loaded.set(address, null); // under way
  try {
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`${answer.status}`);
    loaded.set(address, await answer.json());
    if (loaded.size > KEPT) loaded.delete(loaded.keys().next().value);
    tell();
    document.dispatchEvent(new Event("tiles:loaded"));
  } catch {
    loaded.delete(address); // the figures come with the holdings meanwhile
  }
}

const current = () => {
  const { texts, textsToday } = find("#view").dataset;
  return { then: loaded.get(texts), today: textsToday ? loaded.get(textsToday) : null, needsToday: Boolean(textsToday) };
};

const stepIn = (texts, day) => (Date.parse(day) - Date.parse(texts.first)) / DAY;

// The text that stands on a day: that of the last run that begins by then.
function textAt(runs, step) {
  let [low, high] = [0, runs.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (runs[middle][0] <= step) low = middle + 1;
    else high = middle;
  }
  return low ? runs[low - 1][1] : "";
}

// The text of a figure on a day; empty where it is not known here.
export function figureOn(name, day) {
  const { then } = current();
  return then && day >= then.first && day <= then.last ? textAt(then.figures[name], stepIn(then, day)) : "";
}

// Paints the figures of a day; false where they are not known here, and nothing was changed.
export function paint(day) {
  const { then, today, needsToday } = current();
  if (!then || (needsToday && !today) || day < then.first || day > then.last) return false;
  const tiles = find("#figures");
  if (tiles.dataset.asOf === day) return true;
  const step = stepIn(then, day);
  const label = day > find("#view").dataset.knownOn ? "with later events" : "restated to";
  for (const element of tiles.querySelectorAll("data")) {
    const name = element.dataset.testid.slice("figure-".length);
    const text = textAt(then.figures[name], step);
    write(element, text);
    // The exact figure comes with the holdings; until then none is better than that of another day.
    if (element.title) {
      element.removeAttribute("title");
      element.value = "";
    }
    const note = document.getElementById(`note-${name}`);
    if (!note) continue;
    const now = today ? textAt(today.figures[name], step) : text;
    if (now !== text) writeRestated(note, name, label, now);
    else write(note, then.reasons[name] ? textAt(then.reasons[name], step) : "");
  }
  tiles.dataset.asOf = day;
  return true;
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function writeRestated(note, name, label, text) {
  if (!note.querySelector(".restated")) {
    const line = document.createElement("span");
    line.className = "restated";
    line.dataset.testid = `restated-${name}`;
    line.append(document.createElement("span"), " ", document.createElement("b"));
    note.replaceChildren(line);
  }
  write(note.querySelector(".restated > span"), label);
  write(note.querySelector(".restated > b"), text);
}
