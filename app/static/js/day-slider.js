// Moves the day of a page by its slider; what the page shows follows from the server.
import { dayOf, shortDate, stepOf } from "./fund/days.js";

const EVERY = 125; // milliseconds between two requests while the hand moves
let asked = 0;
let waiting = 0;

document.addEventListener("input", ({ target }) => {
  if (target.id !== "slider-day") return;
  const day = dayOf(target);
  document.querySelector("#slider-as-of").value = day;
  target.setAttribute("aria-valuetext", shortDate(day));
  clearTimeout(waiting);
  const wait = asked + EVERY - performance.now();
  const ask = () => {
    asked = performance.now();
    window.htmx.trigger(target, "project");
  };
  if (wait <= 0) ask();
  else waiting = setTimeout(ask, wait);
});
document.addEventListener("change", ({ target }) => {
  clearTimeout(waiting);
  const range = document.querySelector("#slider-day");
  if (target.id === "slider-as-of" && target.value) range.value = stepOf(range, target.value);
});
