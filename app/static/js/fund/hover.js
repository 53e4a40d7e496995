// The card of a day, which tells of it without going there: of the one under the pointer, or of that
// of the handle while it has the focus.
import { dayOf, max, shortDate, stepAt } from "./days.js";
import { eventsOn } from "./events.js";
import { figureOn } from "./tiles.js";
import { sight } from "./zoom.js";

const find = (selector) => document.querySelector(selector);
const isDay = (element) => element.id === "day";

// What there is to say of a day: its date, its figures as far as they are here, and what happened.
export function linesOn(day, step) {
  const [nav, tvpi] = [figureOn("nav", day), figureOn("tvpi", day)];
  return [shortDate(day), nav && `NAV ${nav}, TVPI ${tvpi}`, eventsOn(step)].filter(Boolean);
}

function show(range, step) {
  const card = find("#peek");
  const [share, { from, to }] = [(100 * step) / max(range), sight()];
  card.firstElementChild.textContent = linesOn(dayOf(range, step), step).join("\n");
  card.style.left = `${share}%`;
  card.classList.toggle("late", share / 100 > (from + to) / 2);
  card.hidden = false;
}
function hide() {
  const card = find("#peek");
  if (card) card.hidden = true;
}
function showFocused() {
  const range = find("#day:focus-visible");
  if (range) show(range, Number(range.value));
  else hide();
}

document.addEventListener("pointermove", (event) => {
  if (!isDay(event.target) || event.pointerType === "touch" || event.buttons) return;
  show(event.target, stepAt(event.target, event.clientX));
});
document.addEventListener("pointerdown", hide);
document.addEventListener("pointerout", ({ target }) => isDay(target) && showFocused());
document.addEventListener("focusin", showFocused);
document.addEventListener("input", ({ target }) => isDay(target) && showFocused());
document.addEventListener("tiles:loaded", () => find("#peek")?.hidden === false && showFocused());
document.addEventListener("keydown", ({ key }) => key === "Escape" && hide());
