// Moves the day of a company's page by its slider; the company follows from the server.
import { dayOf, shortDate, stepOf } from "./fund/days.js";

const EVERY = 125; // milliseconds between two requests while the hand moves
let asked = 0;
let waiting = 0;

document.addEventListener("input", ({ target }) => {
  if (target.id !== "company-day") return;
  const day = dayOf(target);
  document.querySelector("#company-as-of").value = day;
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
  const range = document.querySelector("#company-day");
  if (target.id === "company-as-of" && target.value) range.value = stepOf(range, target.value);
});
